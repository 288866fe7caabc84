"""What is generated: JSON Schemas, code lists, AsyncAPI document and event reference of the published language; messages.

``python -m domnaer.publishing`` writes all of it, ``--check`` says what is stale. Neither lets an incompatible change
of a published event through.
"""
