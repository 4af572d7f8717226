"""What the house costs, measured as ratios within one run. `make bench` prints one JSON line a figure.

docs/benchmarks.md says what each figure means and what it was. Nothing here is imported by the house.
"""
