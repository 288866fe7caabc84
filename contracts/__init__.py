"""The published language: every event as a pydantic model, one module per publishing service.

``envelope`` has the parts that all events share, ``codes`` the code lists, and ``catalogue`` the list of all facts by
their type on the wire. JSON Schemas, the event reference and the AsyncAPI document are generated from these models.
"""
