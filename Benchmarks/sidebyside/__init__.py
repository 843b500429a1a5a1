"""Measures proxyd side by side with other proxies on one machine; see ``Benchmarks/side-by-side --help``."""
