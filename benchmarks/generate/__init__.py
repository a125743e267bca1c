"""Seeded generators of benchmark scenarios: towns of any size at one difficulty, always the same for one seed."""

from benchmarks.generate.city import city
from benchmarks.generate.measure import asked_value, digest, pressure
from benchmarks.generate.settings import Settings

__all__ = ["Settings", "asked_value", "city", "digest", "pressure"]
