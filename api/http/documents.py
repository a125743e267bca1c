"""Bodies that are read as they are written, so that everything wrong with them is told at once and with its place."""

import json
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel

from api.http.problems import Refused
from api.http.unit import Body
from api.wire.base import FieldError
from scenarios.problems import path_text, pointer
from scenarios.trees import tree_of_json


def _document(body: Body) -> dict[str, Any]:
    try:
        tree, faults = tree_of_json(body.decode("utf-8-sig"))
    except RecursionError:
        raise Refused(400, "The body cannot be read: its lists and mappings stand too deep in each other.") from None
    except ValueError as error:
        at = f" ({error})" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(400, f"The body is not JSON in UTF-8{at}.") from None
    errors = [FieldError(path=pointer(one.path) or "/", where=path_text(one.path), problem=one.problem, mend=one.mend)
              for one in faults]  # fmt: skip
    if not faults and not isinstance(tree, dict):
        errors = [FieldError(path="/", problem="the body holds no named fields.", mend="Write a JSON object.")]
    if errors:
        raise Refused(422, "The body cannot be used.", errors)
    document: dict[str, Any] = tree
    return document


Document = Annotated[dict[str, Any], Depends(_document)]
"""The body: a JSON object."""


def taking(model: type[BaseModel], *, example: dict[str, Any]) -> dict[str, Any]:
    """Return what OpenAPI tells of a route whose body is a record of a model; what the example lacks is optional."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    inlined = _inlined(schema, definitions)
    inlined["required"] = [name for name in inlined.get("required", ()) if name in example]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": inlined, "example": example}}}}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """Return a schema with what it refers to written in its place; models do not refer to themselves."""
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(value, definitions) for name, value in schema.items() if name != "discriminator"}
