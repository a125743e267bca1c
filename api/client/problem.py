"""What a client is told when the service does not do what was asked."""

import httpx2
from pydantic import ValidationError

from api.wire.base import FieldError, Problem


class ApiProblem(Exception):
    """The service refused a request, or failed; nothing of the request was done."""

    def __init__(self, problem: Problem) -> None:
        self.status, self.detail, self.errors = problem.status, problem.detail, problem.errors
        self.title, self.instance = problem.title, problem.instance
        super().__init__(problem.detail)

    @classmethod
    def of(cls, response: httpx2.Response) -> "ApiProblem":
        """Make it of an answer that is an error, also of one that another program on the way gave."""
        try:
            return cls(Problem.model_validate_json(response.content))
        except ValidationError:
            detail = response.text[:300] or response.reason_phrase
            return cls(Problem(title="The answer is no problem+json", status=response.status_code, detail=detail))

    def __str__(self) -> str:
        """Tell it in lines: what is wrong, then each place with how to mend it."""
        return "\n".join([f"{self.status} {self.title}: {self.detail}", *map(_line, self.errors)])


def _line(error: FieldError) -> str:
    place = error.path if error.where in (None, error.path) else f"{error.path} ({error.where})"
    warning = "warning, " if error.severity == "warning" else ""
    return f"  {warning}{place}: {error.problem} {error.mend}"
