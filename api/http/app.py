"""The application: routes, errors, and what every answer carries."""

from importlib import import_module
from importlib.metadata import version
from pkgutil import iter_modules

from fastapi import APIRouter, FastAPI

from api.http import problems, routes
from api.http.occupied import occupied
from api.http.unit import Replayed, replay
from api.settings import Settings
from api.store.database import Database
from api.store.occupancy import Occupied
from api.wire.base import Problem

API = "/api/v1"
_PROBLEMS = {
    code: {"model": Problem, "content": {problems.MEDIA: {}}, "description": title}
    for code, title in ((401, "who asks is not known"), (403, "not allowed"), (404, "not found"), (422, "bad data"))
}


def create_app(settings: Settings, database: Database) -> FastAPI:
    """Make the application over a migrated database."""
    app = FastAPI(title="Yhteistila", version=version("yhteistila"), docs_url="/api/docs", redoc_url=None)
    app.state.settings, app.state.database = settings, database
    problems.add_handlers(app)
    app.add_exception_handler(Replayed, replay)
    app.add_exception_handler(Occupied, occupied)
    for module in iter_modules(routes.__path__):
        found = import_module(f"{routes.__name__}.{module.name}")
        router: APIRouter | None = getattr(found, "router", None)
        if router is not None:
            app.include_router(router, prefix=API, responses=_PROBLEMS)  # type: ignore[arg-type]
        # What is asked outside the API, such as /health.
        outside: APIRouter | None = getattr(found, "outside", None)
        if outside is not None:
            app.include_router(outside)
    return app
