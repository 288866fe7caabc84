"""HTML pages for the services' ``pages.py``: rendering, the page of a record, submitted forms, translation.

The package also holds the shared templates, the static files and the message catalogues.
"""
