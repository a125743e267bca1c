"""Bodies that are documents: what they are by their Content-Type, read by the same code as files are."""

from email.message import Message
from typing import Annotated, Any

from fastapi import Depends, Header

from api.http.openapi import example_of
from api.http.problems import Refused
from api.http.unit import Body
from models.overlay import Overlay
from scenarios.uploads import Form, read_uploaded_record

FORMS: dict[str, Form] = {
    "application/json": "json",
    "application/yaml": "yaml",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
}
"""Form of a document by its media type; the first of each form is the one that is told."""
ContentType = Annotated[str | None, Header(alias="Content-Type", include_in_schema=False)]


def form_of(content_type: str | None, taken: tuple[Form, ...] = ("json", "yaml", "zip")) -> Form:
    """Return the form of a document by its Content-Type.

    Raises
    ------
    Refused
        415 when it is none that is taken.
    """
    message = Message()
    message["Content-Type"] = content_type or ""
    media, charset = message.get_content_type(), message.get_param("charset", "utf-8")
    form = FORMS.get(media) if content_type else None
    if form not in taken or str(charset).lower() not in ("utf-8", "utf8", "us-ascii"):
        names = ", ".join(name for name, one in FORMS.items() if one in taken)
        detail = f"Send it with a Content-Type of {names}, in UTF-8."
        raise Refused(415, detail, headers={"Accept": names, "Accept-Post": names})
    return form


def document_body(*forms: Form, text: str, example: str, anything: bool = False) -> dict[str, Any]:
    """Return what OpenAPI is told of a route that takes a document, which no model of FastAPI reads.

    Parameters
    ----------
    example
        Name of the example that is shown.
    anything
        It tells what is wrong with whatever comes, and refuses nothing.
    """
    record = {} if anything else {"type": "object"}
    schemas: dict[Form, dict[str, Any]] = {
        "json": record,
        "yaml": record,
        "zip": {"type": "string", "format": "binary"},
    }
    media = {form: next(name for name, one in FORMS.items() if one == form) for form in forms}
    content: dict[str, Any] = {media[form]: {"schema": schemas[form]} for form in forms}
    content[media["json"]]["example"] = example_of(example)
    return {"requestBody": {"required": True, "description": text, "content": content}}


def _overlay(body: Body, content_type: ContentType = None) -> Overlay:
    return read_uploaded_record(Overlay, body, form_of(content_type, ("json", "yaml")), "overlay")


GivenOverlay = Annotated[Overlay, Depends(_overlay)]
"""The what-if that a body holds."""


def refuse_another(kind: str, given: str, named: str) -> None:
    """Refuse a document whose id is not the one in the address that it was sent to.

    Raises
    ------
    Refused
        With 422.
    """
    if given != named:
        mend = "Send it to the address of its own id, or mend its id."
        problem = f"it is {given}, and the address names {named}."
        raise Refused.field(f"This is another {kind}.", "/id", problem, mend)
