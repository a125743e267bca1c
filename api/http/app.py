"""The application: routes, errors, and what every answer carries."""

from importlib import import_module
from importlib.metadata import version
from pkgutil import iter_modules

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from api.http import problems, rights, routes
from api.http.oidc import Provider
from api.http.rates import Limiter
from api.http.security import Security
from api.http.unit import Replayed, replay
from api.settings import Settings
from api.store.database import Database
from api.wire.base import Problem

API = "/api/v1"
_PROBLEMS = {
    code: {"model": Problem, "content": {problems.MEDIA: {}}, "description": title}
    for code, title in (
        (401, "who asks is not known"),
        (403, "not allowed"),
        (404, "not found"),
        (422, "bad data"),
        (429, "too many requests"),
    )
}


class Service(FastAPI):
    """The application, with its security outside of everything, answers to its own failures too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap what Starlette builds."""
        return Security(super().build_middleware_stack(), self.state.settings, self.docs_url)


def create_app(settings: Settings, database: Database) -> FastAPI:
    """Make the application over a migrated database."""
    app = Service(title="Yhteistila", version=version("yhteistila"), docs_url="/api/docs", redoc_url=None)
    app.state.settings, app.state.database = settings, database
    app.state.limiter, app.state.provider = Limiter(database), Provider(settings)
    problems.add_handlers(app)
    app.add_exception_handler(Replayed, replay)
    add_routes(app)
    rights.describe(app)
    return app


def add_routes(app: FastAPI) -> None:
    """Add what every module of routes has."""
    for module in iter_modules(routes.__path__):
        found = import_module(f"{routes.__name__}.{module.name}")
        router: APIRouter | None = getattr(found, "router", None)
        if router is not None:
            app.include_router(router, prefix=API, responses=_PROBLEMS)  # type: ignore[arg-type]
        # What is asked outside the API, such as /health.
        outside: APIRouter | None = getattr(found, "outside", None)
        if outside is not None:
            app.include_router(outside)
