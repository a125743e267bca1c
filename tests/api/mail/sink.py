"""A mail server for tests: it keeps what it takes, and does at each step what a test asks for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Step = Callable[[str], str | None]
"""Given the recipient, returns an answer other than the usual, or None; runs beside the server's loop."""


@dataclass
class Sink:
    """A server on a free port; ``on`` holds what to do at ``EHLO``, ``MAIL``, ``RCPT`` and ``DATA``."""

    options: dict[str, Any] = field(default_factory=dict)
    """Of the server, as the library names them."""
    on: dict[str, Step] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    """Messages that were ended with a dot, in that order; also those whose answer a test changed."""
    tried: int = 0
    """How many mails were begun."""

    def __enter__(self) -> "Sink":
        self._controller = _OnFreePort(_Handler(self), hostname="127.0.0.1", port=0, **self.options)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """Its address, as the settings have it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port that it listens on."""
        port: int = self._controller.port
        return port

    @property
    def ids(self) -> list[str]:
        """Message-IDs of what it took, without the domain."""
        return [message["Message-ID"].strip("<>").partition("@")[0] for message in self.taken]


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Handler:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def _step(self, name: str, to: str) -> str | None:
        step = self.sink.on.get(name)
        return None if step is None else await asyncio.to_thread(step, to)

    async def handle_EHLO(  # noqa: N802 -- the library's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self._step("EHLO", "")
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.sink.tried += 1
        envelope.mail_from = address
        return await self._step("MAIL", "") or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await self._step("RCPT", address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.sink.taken.append(message_from_bytes(envelope.content, policy=default))
        answer = await self._step("DATA", envelope.rcpt_tos[0])
        if answer == HANG_UP:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer or "250 OK"


HANG_UP = "hang up"
"""An answer to DATA that is none."""
