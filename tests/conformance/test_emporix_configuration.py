"""What an Emporix configuration lacks is told by its name, and what can be found out is."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from conformance.bundled import bundled_config, bundled_target
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.discovery import discover
from conformance.judging import Unmet
from conformance.session import Refused, Run, Session
from conformance.vendors import profile_of

BUNDLED = bundled_config("emporix")


def opened(*, without: str = "", **config: Any) -> Session:
    """Return a session with the bundled mock, its configuration changed."""
    given = {name: each for name, each in BUNDLED.credentials.items() if name != without}
    settings = replace(BUNDLED, **{"credentials": given, **config})
    target = bundled_target("emporix", frozen=True)
    return Session(profile_of("emporix"), settings, target, run=Run("read-only", id="aaaaaa"))


def with_buyer(**fields: str) -> Any:
    """Return the credentials with another buyer."""
    return {**BUNDLED.credentials, "buyer": fields}


def advice(session: Session) -> str:
    """Return what is told to whoever asks for the buyer's legal entities."""
    case = session.background
    assert isinstance(case, Emporix)
    with closing(session), pytest.raises(Unmet) as caught:
        case.entities("buyer")
    return caught.value.reason


def test_a_credential_that_is_not_there_is_told_with_its_fields() -> None:
    """Not that its customer is unknown."""
    told = advice(opened(without="buyer"))
    assert told == "add emporix.credentials.buyer with email, password, legal_entity_id"


def test_a_token_needs_the_id_of_its_customer() -> None:
    """There is no e-mail to find it by."""
    told = advice(opened(credentials=with_buyer(token="some-token")))
    assert told == "add customer, the id of its customer, to emporix.credentials.buyer"


def test_an_unknown_customer_is_told_without_its_email() -> None:
    """The name of the credential is enough."""
    told = advice(opened(credentials=with_buyer(email="x@example.com", password="geheim-12")))
    assert told == "add emporix.known.customers with the e-mail of credentials.buyer"


def test_a_legal_entity_of_somebody_else_is_told() -> None:
    """It is there: what lacks is that the customer is known to have it."""
    told = advice(opened(credentials=with_buyer(customer="C0123456788", legal_entity_id="le-x")))
    assert told.startswith("legal_entity_id of emporix.credentials.buyer is not among")


@pytest.mark.parametrize("entities", [[], ["le-harbour-foods"]])
def test_two_legal_entities_are_needed(entities: list[str]) -> None:
    """One cannot be told from the other otherwise."""
    known = {"customers": [{"id": "C0123456788", "legal_entities": entities}]}
    told = advice(opened(credentials=with_buyer(customer="C0123456788"), known=known))
    assert told.startswith("add emporix.known.customers with two legal_entities")


def test_the_own_legal_entity_comes_first() -> None:
    """Whatever the order in which they are known."""
    given = {"customer": "C0123456788", "legal_entity_id": "le-harbour-foods"}
    with closing(opened(credentials=with_buyer(**given))) as session:
        case = session.background
        assert isinstance(case, Emporix)
        found = case.entities("buyer")
    assert found == ("C0123456788", "le-harbour-foods", "le-okafor-trading")


def test_a_login_of_a_customer_needs_the_storefront() -> None:
    """Nothing is sent before its client is named."""
    options = {name: each for name, each in BUNDLED.options.items() if name != "client_id"}
    session = opened(options=options)
    with closing(session), pytest.raises(Unmet, match=r"^add emporix\.client_id") as caught:
        session.credential("customer")
    assert not isinstance(caught.value, Refused)
    assert session.background.record.exchanges == []


@pytest.mark.parametrize("owner", ["", "credentials.customer."])
def test_a_client_that_is_refused_is_named(owner: str) -> None:
    """Neither the customer's credentials nor the value of the client's id."""
    customer = dict(BUNDLED.credentials["customer"])
    options = dict(BUNDLED.options)
    (customer if owner else options)["client_id"] = "no-such-client"
    credentials = {**BUNDLED.credentials, "customer": customer}
    session = opened(options=options, credentials=credentials)
    with closing(session), pytest.raises(Refused) as caught:
        session.credential("customer")
    assert caught.value.reason.startswith(f"emporix.{owner}client_id is not accepted (/")
    assert "no-such-client" not in caught.value.reason


def test_a_password_that_is_refused_is_not_told() -> None:
    """The credentials are named, with the path and the status."""
    customer = {**BUNDLED.credentials["customer"], "password": "not-the-password"}
    session = opened(credentials={**BUNDLED.credentials, "customer": customer})
    with closing(session), pytest.raises(Refused) as caught:
        session.credential("customer")
    assert caught.value.reason.startswith("the credentials emporix.customer are not accepted (/")
    assert "not-the-password" not in caught.value.reason


def test_categories_are_found_out_with_what_is_above_them() -> None:
    """And with a product, which is known with its category then."""
    with closing(opened()) as session:
        known = discover(session.background)
    beans = next(each for each in known["categories"] if each["id"] == "beans")
    assert (beans["parent"], beans["published"]) == ("coffee", True)
    assert {"id": "p3456", "category": "beans"} in known["products"]


def test_a_target_without_categories_tells_the_rest() -> None:
    """Only what is assigned is known of them."""
    options = {**BUNDLED.options, "without": ("category",)}
    with closing(opened(options=options)) as session:
        known = discover(session.background)
        asked = {each.request.operation for each in session.background.record.exchanges}
    assert {"id": "beans"} in known["categories"]
    assert op.CATEGORY_TREES not in asked
