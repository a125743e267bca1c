"""The page that the links in mails lead to: a button, so that what only looks at a link does not use it up."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, StrictUndefined

from api.http import browser
from api.http.guard import PUBLIC, may
from api.http.problems import Refused
from api.http.routes.login import LANDING, by_link
from api.store.sessions import PAGE

outside = APIRouter(include_in_schema=False)
_TEXTS = {
    "fi": ("Kirjautuminen", "Kirjaudu sisään", "Linkki on jo käytetty tai vanhentunut. Pyydä uusi."),
    "sv": ("Inloggning", "Logga in", "Länken har redan använts eller gått ut. Be om en ny."),
    "en": ("Login", "Log in", "The link has been used or has expired. Ask for a new one."),
}
_TEMPLATE = Environment(autoescape=True, undefined=StrictUndefined).from_string("""\
<!doctype html>
<html lang="{{ lang }}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Yhteistila: {{ texts[0] }}</title>
<h1>{{ texts[0] }}</h1>
{% if secret is none %}<p>{{ texts[2] }}</p>
{% else %}<form method="post"><input type="hidden" name="secret" value="{{ secret }}">
<button>{{ texts[1] }}</button></form>
{% endif %}</html>
""")


@outside.get(PAGE, dependencies=[may(*PUBLIC)])
def login_page(request: Request, secret: Annotated[str, Query(max_length=200)]) -> Response:
    """Show the button."""
    return _page(request, secret, 200)


@outside.post(PAGE, dependencies=[may(*PUBLIC)])
def use_login_page(request: Request, secret: Annotated[str, Form(max_length=200)]) -> Response:
    """Log in, and go on."""
    try:
        _, cookie = by_link(request, secret)
    except Refused as error:
        if error.status != 400:
            raise
        return _page(request, None, 400)
    response = RedirectResponse(LANDING, 303)
    browser.set_cookie(response, request.app.state.settings, cookie)
    return response


def _page(request: Request, secret: str | None, status: int) -> Response:
    """Make the page in the first language of ours that the browser asks for."""
    asked = [one.strip()[:2] for one in request.headers.get("accept-language", "").split(",")]
    lang = next((one for one in asked if one in _TEXTS), "fi")
    return HTMLResponse(_TEMPLATE.render(lang=lang, texts=_TEXTS[lang], secret=secret), status)
