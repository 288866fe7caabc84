"""Uploads: many commands in one file, for every service that declares them with ``add_bulk``.

Rows are read as a stream, carried out in chunks, and shared with upload processes if the file is long.
"""
