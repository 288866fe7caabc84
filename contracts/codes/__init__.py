"""The code lists that facts are written in: a module per subject, its tables as CSV files beside it."""
