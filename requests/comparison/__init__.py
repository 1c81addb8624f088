"""Comparing the proposals for one request: pure features and weights, and the order that the page explains."""
