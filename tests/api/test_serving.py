"""What ``serve`` is made of."""

import socket

from api.serving import listen


def test_answers_do_not_wait_for_receipts() -> None:
    """Connections send at once: else each answer but the first on a connection came 40 ms late."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
