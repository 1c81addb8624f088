"""Conversations as pages show them."""
