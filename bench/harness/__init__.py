"""What the benchmarks share: a marketplace of their own, clocks, figures, tables. docs/performance.md shows the use.

``environment.start()`` comes before anything of Django is imported; ``figures`` and ``metrics`` are pure.
"""
