"""Benchmarks. Each measures Domnaer and, in the same run, a floor: the same work done with the least possible code."""
