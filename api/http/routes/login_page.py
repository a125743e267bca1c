"""The pages to log in: one asks for an address, and one has a button, so that to look at a link does not use it up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.http import browser
from api.http.guard import PUBLIC, may
from api.http.pages import Lang, language, page, text
from api.http.problems import Refused
from api.http.routes.login import LANDING, by_link, order_link
from api.store.sessions import LOGIN_MINUTES, PAGE
from api.wire.people import Email

outside = APIRouter(include_in_schema=False)


@outside.get(PAGE, dependencies=[may(*PUBLIC)])
def login_page(
    request: Request,
    lang: Lang = None,
    secret: Annotated[str | None, Query(max_length=200)] = None,
    round_id: Annotated[UUID | None, Query(alias="round")] = None,
) -> Response:
    """Show the button; without the secret of a link, ask where to send one."""
    return _page(request, lang, () if secret else ("login.ask",), secret=secret, round_id=round_id)


@outside.post(PAGE, dependencies=[may(*PUBLIC)])
def use_login_page(
    request: Request,
    secret: Annotated[str, Form(max_length=200)],
    round_id: Annotated[UUID | None, Form(alias="round")] = None,
    lang: Lang = None,
) -> Response:
    """Log in, and go on."""
    try:
        _, cookie = by_link(request, secret)
    except Refused as error:
        if error.status != 400:
            raise
        return _page(request, lang, ("login.used", "login.ask"), status=400, alert=True, round_id=round_id)
    response = RedirectResponse(LANDING if round_id is None else f"/rounds/{round_id}", 303)
    browser.set_cookie(response, request.app.state.settings, cookie)
    return response


@outside.post(f"{PAGE}/link", status_code=202, dependencies=[may(*PUBLIC)])
def ask_for_link_by_page(
    request: Request,
    email: Annotated[Email, Form()],
    afterwards: BackgroundTasks,
    round_id: Annotated[UUID | None, Form(alias="round")] = None,
    lang: Lang = None,
) -> Response:
    """Send a link; the page is the same whether or not anybody has the address."""
    order_link(request, afterwards, email, round_id)
    return _page(request, lang, ("login.sent",), status=202, ask=False)


def _page(
    request: Request,
    asked: str | None,
    keys: tuple[str, ...],
    *,
    status: int = 200,
    secret: str | None = None,
    round_id: UUID | None = None,
    ask: bool = True,
    alert: bool = False,
) -> Response:
    lang = language(request, asked)
    return page(
        request,
        "login.html",
        lang,
        text("login.title", lang),
        status=status,
        here=PAGE,
        lines=[text(key, lang, n=LOGIN_MINUTES) for key in keys],
        secret=secret,
        round_id=round_id,
        ask=ask,
        alert=alert,
    )
