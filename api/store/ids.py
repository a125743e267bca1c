"""Ids of rows: UUIDs of version 7, which sort by the time they were made."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """Make an id: 48 bits of milliseconds since 1970, then random bits (RFC 9562, section 5.7)."""
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    high, low = random >> 68, random & ((1 << 62) - 1)
    return UUID(int=(stamp << 80) | (7 << 76) | (high << 64) | (2 << 62) | low)
