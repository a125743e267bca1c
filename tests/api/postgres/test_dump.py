"""Backups: written and read by PostgreSQL's own programs, whole or not at all."""

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from api.postgres import dump
from models.base import BadInput
from tests.api.service import copied
from api.store.database import Database
