"""Category trees of the category service."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.vendors.emporix.model import Category, localized
from tests.mockserver.vendors.emporix.sisters import TREES, Sisters, told


@pytest.fixture
def sisters(open_vendor: Any) -> Sisters:
    """The sister services on the named cast alone."""
    return Sisters(open_vendor("emporix", segments=0, customers=0, products=0))


@pytest.fixture
def open_sisters(open_vendor: Any) -> Any:
    """Open sister services on the named cast; keywords are choices."""

    def open_one(**choices: str) -> Sisters:
        named = {f"emporix.{name.replace('_', '-')}": value for name, value in choices.items()}
        sizes = {"segments": 0, "customers": 0, "products": 0}
        return Sisters(open_vendor("emporix", choices=named, **sizes))

    return open_one


def shape(nodes: Any) -> Any:
    """Return the ids of trees."""
    return {node["id"]: shape(node["subcategories"]) for node in nodes}


def trees(sisters: Sisters, by: str = "anna", *ids: str, **query: Any) -> Any:
    """Return the trees as ids."""
    named = {"categoryIds": list(ids)} if ids else {}
    reply = sisters.call(TREES, by, query=query | named, undeclared=(("other", "x"),))
    assert reply.status == 200, reply.body
    return shape(reply.body)


AUDIO = {"headphones": {}}
COFFEE = {
    "coffee-machines": {"espresso-machines": {}, "filter-machines": {}},
    "beans": {},
}
HOME: Any = {"lighting": {"desk-lamps": {}}, "textiles": {}}


def test_category_trees(sisters: Sisters) -> None:
    """EMX-728, EMX-729, EMX-731: by position, for any token, without what is not published."""
    expected = {"coffee": COFFEE, "home": HOME, "audio": AUDIO}
    assert trees(sisters) == expected
    assert list(trees(sisters)["coffee"]) == ["coffee-machines", "beans"]
    assert trees(sisters, "manager", showUnpublished=True) == expected | {"advent": {}}


def test_what_is_below_the_unpublished_is_hidden(sisters: Sisters) -> None:
    """EMX-729: a tree has no holes."""
    categories = sisters.service.state("emporix").tenants["acme"].world.categories
    categories["x"] = Category("x", "X", localized({"xx": "Only so"}), parent_id="advent")
    assert "advent" not in trees(sisters)
    assert trees(sisters, "manager", showUnpublished=True)["advent"] == {"x": {}}


def test_some_trees(sisters: Sisters) -> None:
    """EMX-730: by the ids of roots, however they are sent."""
    assert trees(sisters, "anna", "audio", "home") == {"home": HOME, "audio": AUDIO}
    assert trees(sisters, "anna", "audio,home") == {}
    assert trees(sisters, "anna", "headphones") == {}


def test_trees_need_the_scope_by_choice(open_sisters: Any) -> None:
    """EMX-731: as the security of the reference reads."""
    sisters: Sisters = open_sisters(category_tree_scope="always")
    assert sisters.call(TREES, "manager").status == 200
    assert told(sisters.call(TREES, "anna")) == "EMX-731"
