"""The description of the API: whole, readable, with examples that work and links that lead somewhere."""

import keyword
import re
from typing import Any

import jsonschema_rs
import pytest
from pydantic import TypeAdapter

from api.http import problems, rights
from api.http.app import create_app
from api.http.openapi import EXAMPLES, Described
from api.settings import read_settings
from models.scenario import Scenario

Node = dict[str, Any]


@pytest.fixture(scope="module")
def app() -> Described:
    """Give an application that is only asked to describe itself."""
    made = create_app(read_settings(), None)  # type: ignore[arg-type]
    assert isinstance(made, Described)
    return made


@pytest.fixture(scope="module")
def spec(app: Described) -> Node:
    """Give its description."""
    return app.openapi()


@pytest.fixture(scope="module")
def by_id(spec: Node) -> dict[str, Node]:
    """Give every operation by its id."""
    nodes = [node for item in spec["paths"].values() for node in item.values()]
    found = {node["operationId"]: node for node in nodes}
    assert len(found) == len(nodes) > 50
    return found


def test_operations_are_named_as_functions_are(by_id: dict[str, Node]) -> None:
    """A client that is generated has methods with names that one would choose."""
    assert not [name for name in by_id if keyword.iskeyword(name) or not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)]


def test_everything_is_described(spec: Node, by_id: dict[str, Node]) -> None:
    """Each operation says what it does and stands under a tag that says what it is about."""
    tags = {tag["name"] for tag in spec["tags"] if tag["description"]}
    assert not [name for name, node in by_id.items() if not node.get("description")]
    assert not [name for name, node in by_id.items() if not set(node.get("tags", ())) & tags]
    assert not [name for name, node in by_id.items() if "----" in node["description"]]


def test_every_json_body_has_an_example(by_id: dict[str, Node]) -> None:
    """Whoever writes a client sees a body that works."""
    contents = {name: node.get("requestBody", {}).get("content", {}) for name, node in by_id.items()}
    bodies = {name: one["application/json"] for name, one in contents.items() if "application/json" in one}
    assert not [name for name, body in bodies.items() if "example" not in body]
    assert not {file.stem for file in EXAMPLES.glob("*.json")} - bodies.keys()


def test_examples_pass_validation(app: Described, by_id: dict[str, Node]) -> None:
    """Each is read by what reads the request; a document that no model of a route reads, by its schema."""
    read = 0
    for one in rights.operations(app):
        content = by_id.get(one.route.name or "", {}).get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        read += 1
        if one.route.body_field is None:
            jsonschema_rs.validate(content["schema"], content["example"])
        else:
            TypeAdapter(one.route.body_field.field_info.annotation).validate_python(content["example"])
    assert read > 20
    example = by_id["create_scenario"]["requestBody"]["content"]["application/json"]["example"]
    assert Scenario.model_validate(example).needs


def test_problems_are_described(spec: Node, by_id: dict[str, Node]) -> None:
    """Each status from 400 on is a problem+json, and those that pass say when to come again."""
    media = {f"#/components/responses/{status}" for status in problems.TITLES}
    responses = {(name, status): one for name, node in by_id.items() for status, one in node["responses"].items()}
    own = {key for key, one in responses.items() if key[1] >= "4" and one.get("$ref") not in media}
    assert own == {("ready", "503")}
    described = spec["components"]["responses"]
    assert all(list(one["content"]) == [problems.MEDIA] for one in described.values())
    assert all("Retry-After" in described[status]["headers"] for status in ("429", "503"))


def test_links_lead_to_what_takes_them(by_id: dict[str, Node]) -> None:
    """Each link names an operation and gives every parameter of its address."""
    count = 0
    for node in by_id.values():
        for response in node["responses"].values():
            for link in response.get("links", {}).values():
                target = by_id[link["operationId"]]
                needed = {one["name"] for one in target["parameters"] if one["in"] == "path"}
                known = {f"header.{one['name']}" for one in target["parameters"] if one["in"] == "header"}
                assert needed <= link["parameters"].keys() <= needed | known
                count += 1
    assert count > 100


@pytest.mark.parametrize(
    ("makes", "takes"),
    [
        ("submit_run", "get_result"),
        ("list_runs", "stop_run"),
        ("create_scenario", "list_versions"),
        ("add_need", "submit_need"),
        ("get_need", "change_need"),
        ("add_round", "add_hours"),
        ("make_token", "revoke_token"),
        ("open_table", "start_table"),
    ],
)
def test_what_makes_a_thing_links_to_what_takes_it(by_id: dict[str, Node], makes: str, takes: str) -> None:
    """The id that one answer tells is where the next request goes."""
    links = [name for one in by_id[makes]["responses"].values() for name in one.get("links", {})]
    assert takes in links


def test_a_change_is_linked_with_the_version_read(by_id: dict[str, Node]) -> None:
    """What tells an ETag links to the changes that name it."""
    links = by_id["get_need"]["responses"]["200"]["links"]
    assert links["change_need"]["parameters"]["header.If-Match"] == "$response.header.ETag"
