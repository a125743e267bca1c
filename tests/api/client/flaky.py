"""A real server on a real port that says what a test tells it to, connection by connection."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Heard:
    """What the server was asked."""

    url: str
    requests: list[str] = field(default_factory=list)
    """Each request as it came, head and body."""
    sizes: list[int] = field(default_factory=list)
    """Bytes of each answer that was passed on."""

    def header(self, idx: int, name: str) -> str | None:
        """Return a header of the request of a number."""
        for line in self.requests[idx].split("\r\n\r\n")[0].split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return None


@contextmanager
def saying(answers: Sequence[str]) -> Iterator[Heard]:
    """Serve one connection for each answer, closed after it; an empty answer is a connection that is lost."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = Heard(f"http://127.0.0.1:{server.getsockname()[1]}")
        thread = threading.Thread(target=_serve, args=(server, answers, heard), daemon=True)
        thread.start()
        yield heard
        server.close()
        thread.join(timeout=10)


def _serve(server: socket.socket, answers: Sequence[str], heard: Heard) -> None:
    for answer in answers:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            heard.requests.append(_read(connection))
            connection.sendall(answer.encode())


def _read(connection: socket.socket) -> str:
    text = b""
    while b"\r\n\r\n" not in text:
        text += connection.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-len")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode()


def answer(status: int, body: str, media: str = "application/json", **headers: str) -> str:
    """Write an answer."""
    told = {"Content-Type": media, "Content-Length": str(len(body.encode())), "Connection": "close", **headers}
    lines = [f"HTTP/1.1 {status} Told", *(f"{name.replace('_', '-')}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", body])


def stream(*events: str) -> str:
    """Write live events, after which the connection is lost."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return head + "".join(f"{event}\n\n" for event in events)


@contextmanager
def relaying(url: str, cuts: Sequence[int | None]) -> Iterator[Heard]:
    """Pass requests on to a real service, each on a connection of its own.

    Parameters
    ----------
    cuts
        After how many bytes each answer is cut off, None for never; those after the last are whole.
    """
    host, port = url.removeprefix("http://").split(":")
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = Heard(f"http://127.0.0.1:{server.getsockname()[1]}")
        left = list(cuts)

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                cut = left.pop(0) if left else None
                with connection, socket.create_connection((host, int(port))) as upstream:
                    request = _read(connection)
                    heard.requests.append(request)
                    upstream.sendall(request.replace("\r\n", "\r\nConnection: close\r\n", 1).encode())
                    heard.sizes.append(_pass_on(upstream, connection, cut))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _pass_on(upstream: socket.socket, connection: socket.socket, cut: int | None) -> int:
    """Pass an answer on as it comes; one that is cut off at its start is read to its end, so that it was done."""
    passed = 0
    while data := upstream.recv(65536):
        if cut is None or passed < cut:
            connection.sendall(data if cut is None else data[: cut - passed])
            passed += len(data)
        elif cut:
            break
    return passed
