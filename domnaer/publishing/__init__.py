"""What is generated from the published language: JSON Schemas, code lists, the AsyncAPI document, the event reference.

``python -m domnaer.publishing`` writes all of it, ``--check`` says what is stale. Neither lets an incompatible change
of a published event through.
"""
