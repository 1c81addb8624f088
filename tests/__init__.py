"""Tests, flat: test_<area>_<what>.py."""
