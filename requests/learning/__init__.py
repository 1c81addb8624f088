"""The ranking learned from this marketplace's own outcomes, and how it proves itself before it goes live.

``examples`` reads what became of past matches, ``fit`` learns from the earlier ones, ``judge`` compares on later ones
that took no part, ``train`` keeps the result, ``live`` says which ranking is in force.
"""
