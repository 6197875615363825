"""How fast the search is beside its peers: make bench. What is measured: docs/benchmarks.md."""
