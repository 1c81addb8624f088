"""Requests in words, for pages and mail."""

from requests.presentation.words import answers_in_words, budget_words, place_words, time_frame_words

__all__ = ["answers_in_words", "budget_words", "place_words", "time_frame_words"]
