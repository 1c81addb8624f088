"""Conversations between a client and a provider about one request."""
