"""How the cost of an operation grows with what there is to do; see ``Benchmarks/curves --help``."""
