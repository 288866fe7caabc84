"""The OpenAPI document of a service: commands' bodies, problems and security, complete without the internet."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from chassis.commands.routes import CommandRouter
from chassis.commands.signature import body_name

_TEMPLATE = "#/components/schemas/{model}"


def describe(app: FastAPI, routes: CommandRouter) -> None:
    """Add the bodies of commands, which the router parses itself, and their examples to ``app.openapi()``."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for _, body in routes.bodies:
            if body is None:
                continue
            schema = TypeAdapter(body).json_schema(ref_template=_TEMPLATE)
            schemas.update({name: _closed(part) for name, part in schema.pop("$defs", {}).items()})
            schemas[body_name(body)] = schema
        for path, make in routes.examples.items():
            content = document["paths"][path]["post"]["requestBody"]["content"]
            for media_type, example in make().items():
                content[media_type]["example"] = example
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        problem = {"$ref": "#/components/schemas/Problem"}
        for path in document.get("paths", {}).values():
            for operation in path.values():
                _complete(operation, problem)
        app.openapi_schema = document
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _closed(part: dict[str, Any]) -> dict[str, Any]:
    """Forbid unknown fields in the parts of a command, as chassis.http.validation_errors does."""
    return {**part, "additionalProperties": False} if "properties" in part else part


def _complete(operation: dict[str, Any], problem: dict[str, Any]) -> None:
    for media in operation.get("requestBody", {}).get("content", {}).values():
        name = media.get("schema", {}).get("x-body")
        if name is not None:
            media["schema"] = {"$ref": f"#/components/schemas/{name}"}
    if "x-permission" in operation:
        operation["security"] = [{"bearer": []}]
        operation["description"] = (
            operation.get("description", "") + f"\n\nPermission: `{operation['x-permission']}`."
        ).strip()
    responses = operation.setdefault("responses", {})
    responses["default"] = {
        "description": "A problem (RFC 9457): what is wrong, in which field, and what would be right.",
        "content": {"application/problem+json": {"schema": problem}},
    }
    if responses.get("422", {}).get("content", {}).get("application/json") is not None:
        del responses["422"]  # FastAPI's own shape of a validation error is never sent
