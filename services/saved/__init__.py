"""Saved searches: what can be saved, and who hears of what is new in it."""
