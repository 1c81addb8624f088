"""Benchmarks. Each file runs alone (``python bench/search.py --help``); ``make bench`` runs them all."""
