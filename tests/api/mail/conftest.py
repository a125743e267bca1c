"""What tests of mails share: a mail server, and mails that are due."""

from collections.abc import Iterator

import pytest

from tests.api.mail.sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Run a mail server that takes all, unless a test says otherwise."""
    with Sink() as sink:
        yield sink
