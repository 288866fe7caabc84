"""Generates the published files: JSON Schemas, code lists, AsyncAPI document, event reference, message catalogues.

``python -m domnaer.publishing`` writes them, ``--check`` lists files that are stale. Both refuse an incompatible change
of a published event.
"""
