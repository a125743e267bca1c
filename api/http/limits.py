"""How large a body may be and how it may be packed, asked before it is read."""

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import problem


class BodyLimits:
    """Refuses bodies that are too large: at once where their length is told, else as soon as they are; and packed ones.

    Parameters
    ----------
    most
        Bytes that a body may have.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for the application, or let it read what is left to be read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        packed = request.headers.get("content-encoding", "identity").strip().lower()
        if packed not in ("identity", ""):
            detail = f"Content-Encoding {packed[:40]!r} is not taken; send the body as it is."
            headers = {"Accept-Encoding": "identity"}
            await problem(request, 415, detail, headers=headers)(scope, receive, send)
            return
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length[:20]) > self._most:
            await problem(request, 413, self._too_large())(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        read = 0

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:  # as this kind of exception it passes through whoever reads the body
                raise HTTPException(413, self._too_large(), {"Connection": "close"})
            return message

        return receive_some

    def _too_large(self) -> str:
        return f"The body is larger than {self._most} bytes, the most that is taken here (max_body_mb)."
