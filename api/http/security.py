"""What every answer carries to keep browsers from harm, and requests that are refused before anything reads them."""

import re
from secrets import token_hex
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.browser import is_secure
from api.http.problems import problem
from api.settings import Settings

REQUEST_ID = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers would then send `Origin: null` with the forms of our own pages.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Cache-Control": "no-store",
}
"""Where a route does not say otherwise."""
_DOCS = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data: https://fastapi.tiangolo.com;"
    " script-src 'unsafe-inline' https://cdn.jsdelivr.net; style-src 'unsafe-inline' https://cdn.jsdelivr.net;"
    " frame-ancestors 'none'; base-uri 'none'"
)
"""Of FastAPI's page about the API, which takes its program from there."""
_FILES = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:;"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox allow-scripts allow-popups"
)
"""Of reports, whose pages hold all that is theirs: what runs in one can ask the service nothing."""
_HSTS = "max-age=31536000"
_ANY_HOST = ("/health", "/ready", "/metrics")
"""What watches the service asks each machine by its own name."""


class Security:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, settings: Settings, docs: str | None) -> None:
        self._app, self._docs = app, docs
        self._host = (urlsplit(settings.public_url or "").hostname or "").lower()
        self._headers = dict(_HEADERS)
        if is_secure(settings):
            self._headers["Strict-Transport-Security"] = _HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is malformed, else let it through, and complete the headers of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID, "")
        request_id = given if _ID.fullmatch(given) else token_hex(12)
        scope.setdefault("state", {})["request_id"] = request_id

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                found[REQUEST_ID] = request_id
                if scope["path"] == self._docs:
                    found.setdefault("Content-Security-Policy", _DOCS)
                elif scope["path"].startswith("/api/") and found.get("content-type", "").startswith("text/html"):
                    found.setdefault("Content-Security-Policy", _FILES)
                for name, value in self._headers.items():
                    found.setdefault(name, value)
            await send(message)

        fault = self._fault(scope, headers)
        if fault is None:
            await self._app(scope, receive, complete)
        else:
            await problem(Request(scope), *fault)(scope, receive, complete)

    def _fault(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if self._host and scope["path"] not in _ANY_HOST and _host(headers.get("host", "")) != self._host:
            return 421, f"This service is reached as {self._host}, and not by the name in `Host`."
        if b"%00" in scope.get("raw_path", b"") or b"%00" in scope["query_string"]:
            return 400, "The address holds a NUL, which no name has; leave `%00` out."
        return None


def _host(told: str) -> str:
    try:
        return (urlsplit(f"//{told}").hostname or "").lower()
    except ValueError:
        return ""
