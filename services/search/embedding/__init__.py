"""Turning text into vectors, so that search and matching can compare meanings."""
