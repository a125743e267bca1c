"""Browser sessions: the cookie, and proof that a change comes from the service's own pages."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import FormData

from api.http.problems import Refused
from api.settings import Settings

CSRF = "X-CSRF-Token"
CSRF_FIELD = "csrf"
"""The same in the forms of our own pages."""


def is_secure(settings: Settings) -> bool:
    """Tell whether people reach the service by HTTPS."""
    return (settings.public_url or "").lower().startswith("https:")


def cookie_name(settings: Settings) -> str:
    """Return the cookie's name; with the prefix, browsers take it by HTTPS and for this host only."""
    return "__Host-yhteistila" if is_secure(settings) else "yhteistila"


def cookie_of(request: Request) -> str | None:
    """Return the secret of the session's cookie."""
    return request.cookies.get(cookie_name(request.app.state.settings))


def set_cookie(response: Response, settings: Settings, secret: str) -> None:
    """Have the browser keep the secret of its session."""
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=settings.session_days * 86_400,
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def delete_cookie(response: Response, settings: Settings) -> None:
    """Have the browser forget it."""
    response.delete_cookie(cookie_name(settings), secure=is_secure(settings), httponly=True, samesite="lax")


def csrf_of(secret: str) -> str:
    """Return what a page must send along with changes; other sites can neither read the cookie nor guess this."""
    return sha256(f"csrf {secret}".encode()).hexdigest()


def check_csrf(request: Request) -> None:
    """Refuse a change by a browser without proof that one of the service's own pages made it.

    Raises
    ------
    Refused
        403 without the header or the field of a form, or with another session's.
    """
    form: FormData | None = getattr(request.state, "form", None)
    sent = request.headers.get(CSRF) or ("" if form is None else str(form.get(CSRF_FIELD, "")))
    if not hmac.compare_digest(sent.encode(), csrf_of(cookie_of(request) or "").encode()):
        raise Refused(403, f"Send `{CSRF}` as GET /api/v1/session tells it, with every request that changes something.")


def check_origin(request: Request, *, required: bool = False) -> None:
    """Refuse what another site's page sends; a login too, else people could be logged in as somebody else.

    Raises
    ------
    Refused
        403, where ``Origin`` (else ``Referer``) names another site, or is missing though required.
    """
    told = request.headers.get("origin") or request.headers.get("referer")
    if told is None and not required:
        return
    if told is None or _origin(told) != _origin(own_address(request)):
        raise Refused(403, "This change does not come from a page of this service; send its address as `Origin`.")


def own_address(request: Request) -> str:
    """Return the address that people reach the service by: as the settings say, else as this request was made."""
    settings: Settings = request.app.state.settings
    return (settings.public_url or str(request.base_url)).rstrip("/")


def _origin(address: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname or "", port)
