"""The application: routes, errors, and what every answer carries."""

from importlib import import_module
from importlib.metadata import version
from pkgutil import iter_modules

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from api.http import problems, routes
from api.http.limits import BodyLimits
from api.http.observed import observe
from api.http.occupied import occupied
from api.http.oidc import Provider
from api.http.openapi import Described
from api.http.rates import Limiter
from api.http.security import Security
from api.http.unit import Replayed, replay
from api.settings import Settings
from api.store.database import Database
from api.store.occupancy import Occupied

API = "/api/v1"


class Service(Described):
    """The application, with its security outside of everything, answers to its own failures too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap what Starlette builds."""
        return Security(super().build_middleware_stack(), self.state.settings, self.docs_url)


def create_app(settings: Settings, database: Database) -> FastAPI:
    """Make the application over a migrated database."""
    app = Service(
        title="Yhteistila",
        version=version("yhteistila"),
        docs_url="/api/docs",
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.settings, app.state.database = settings, database
    app.state.limiter, app.state.provider = Limiter(database), Provider(settings)
    app.add_middleware(BodyLimits, most=int(settings.max_body_mb * 1_000_000))
    observe(app, settings, database)  # Outside of the others, for it counts what they refuse too.
    problems.add_handlers(app)
    app.add_exception_handler(Replayed, replay)
    app.add_exception_handler(Occupied, occupied)
    add_routes(app)
    return app


def add_routes(app: FastAPI) -> None:
    """Add what every module of routes has."""
    for module in iter_modules(routes.__path__):
        found = import_module(f"{routes.__name__}.{module.name}")
        router: APIRouter | None = getattr(found, "router", None)
        if router is not None:
            app.include_router(router, prefix=API)
            _tell_tags(app, router, (found.__doc__ or "").strip().splitlines()[0])
        # What is asked outside the API, such as /health.
        outside: APIRouter | None = getattr(found, "outside", None)
        if outside is not None:
            app.include_router(outside)
            _tell_tags(app, outside, (found.__doc__ or "").strip().splitlines()[0])


def _operation_id(route: APIRoute) -> str:
    """Name an operation as its function is named: clients that are generated then have readable names."""
    return route.name


def _tell_tags(app: FastAPI, router: APIRouter, text: str) -> None:
    """Describe the tags of a module's routes by what the module says of itself."""
    if app.openapi_tags is None:
        app.openapi_tags = []
    known = {one["name"]: one for one in app.openapi_tags}
    for tag in map(str, router.tags):
        if tag in known:
            known[tag]["description"] += f" {text}"
        else:
            app.openapi_tags.append({"name": tag, "description": text})
