"""Bodies that are read as they are written, so that everything wrong with them is told at once and with its place."""

from typing import Annotated, Any

from fastapi import Depends

from api.http.unit import Body
from api.http.upload import ContentType, form_of
from models.base import BadInput, Issue
from scenarios.parsing import decoded, parse_json


def _document(body: Body, content_type: ContentType = None) -> dict[str, Any]:
    form_of(content_type, ("json",))
    try:
        document = parse_json(decoded(body, "body"), "body")
    except BadInput as bad:  # what is not in one place is of the body as a whole
        raise BadInput([one.model_copy(update={"path": one.path or "/"}) for one in bad.issues]) from None
    if not isinstance(document, dict):
        problem = "the body does not hold named fields."
        raise BadInput([Issue(where="body", problem=problem, mend="Write a JSON object.", path="/")])
    return document


Document = Annotated[dict[str, Any], Depends(_document)]
"""The body: a JSON object."""
