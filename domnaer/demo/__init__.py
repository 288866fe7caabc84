"""The demo: published history, replayed through the services' own interfaces and held against what was published."""
