"""Engagements: what a client and a provider agreed on, the work, and the reviews after it."""
