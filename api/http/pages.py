"""The service's own pages: their frame, their texts in every language, and what they say when something is refused.

They have no program, and a style that the policy for content names by its hash.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import yaml
from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import TypeAdapter

from scenarios.wording import LANGUAGES
from scenarios.wording.language import Plural, filled

FOLDER = Path(__file__).parent
TEXTS = TypeAdapter(dict[str, dict[str, str | Plural]]).validate_python(
    yaml.safe_load((FOLDER / "texts.yaml").read_text(encoding="utf-8"))
)
"""By key, then language."""
Lang = Annotated[Literal["fi", "sv", "en"] | None, Query(description="Language of the page.")]
"""Without it the person's own, or what the browser asks for."""
_PLACES = ("", "login", "logout", "membership", "offers", "rounds")
"""First parts of the addresses of pages."""
_STYLE = Markup((FOLDER / "templates" / "page.css").read_text(encoding="utf-8"))
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def text(key: str, lang: str, /, **values: str | int) -> str:
    """Return a text of the pages in a language, with its values filled in."""
    return filled(TEXTS[key][lang], lang, **values)


def language(request: Request, asked: str | None = None, own: str | None = None) -> str:
    """Return the language of a page: what is asked for, else the person's own, else what the browser asks for first."""
    told = [one.strip()[:2] for one in request.headers.get("accept-language", "").split(",")]
    return next((one for one in (asked, own, *told) if one is not None and one in LANGUAGES), next(iter(LANGUAGES)))


def page(
    request: Request, name: str, lang: str, title: str, *, status: int = 200, here: str | None = None, **values: Any
) -> Response:
    """Make a page of a template.

    Parameters
    ----------
    here
        Address that the page can be read at again; the request's where none is given.
    """
    if here is None:
        here = request.url.path if request.method == "GET" else "/"
    kept = [(one, value) for one, value in request.query_params.multi_items() if one in ("secret", "round")]
    made = (
        _environment()
        .get_template(name)
        .render(
            lang=lang,
            title=title,
            style=_STYLE,
            languages=[
                (code, f"{here}?{urlencode([*kept, ('lang', code)])}", one.name) for code, one in LANGUAGES.items()
            ],
            t=lambda key, **filling: text(key, lang, **filling),
            **values,
        )
    )
    return HTMLResponse(made, status, headers={"Content-Security-Policy": _POLICY})


def wanted(request: Request) -> bool:
    """Tell whether a person at a browser asks for one of the pages, and not a program."""
    ours = request.url.path.removeprefix("/").split("/")[0] in _PLACES
    return ours and "text/html" in request.headers.get("accept", "")


def refused(request: Request, status: int, detail: str) -> Response:
    """Say in words why there is no such page, or why a change was refused; who is not known is asked to log in."""
    lang = language(request, request.query_params.get("lang"))
    title = text(_known(f"refused.{status}", "refused.other"), lang)
    ask = status == 401
    line = text("login.ask" if ask else _known(f"refused.line.{status}", "refused.line.other"), lang)
    first, *rest = request.url.path.removeprefix("/").split("/")
    return page(
        request,
        "refused.html",
        lang,
        title,
        status=status,
        line=line,
        # The program's own words are in English.
        detail=None if status in (401, 403, 404) else detail,
        ask=ask,
        round_id=rest[0] if first == "rounds" and rest else None,
    )


def _known(key: str, other: str) -> str:
    return key if key in TEXTS else other


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
