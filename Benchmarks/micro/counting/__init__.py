"""Counts the instructions and allocations of the data path's parts; see ``Benchmarks/micro/run --help``."""
