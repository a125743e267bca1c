import pytest, schemathesis
import tests.api.http.test_schemathesis as t
from tests.api.http.test_schemathesis import *
from tests.api.http import round_samples
from api.store import scenarios
@pytest.fixture
def schema(database, tenant):
    from tests.api.season import base
    with database.transaction() as tx:
        scenarios.add_version(tx, tenant.tenant, None, base(), "kuopio")
    for f in (round_samples.open_round, round_samples.proposed_round, round_samples.published_round): f(tenant)
    app = create_app(read_settings(), database)
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=config(tenant.headers())).include(path_regex="/(rounds|slots|needs|offers)")
