"""A typed client of the service."""

from api.client.client import Client
from api.client.problem import ApiProblem

__all__ = ["ApiProblem", "Client"]
