"""Content-Language on writes, Accept-Language on reads."""

from __future__ import annotations

from typing import Any

import pytest

TEXTS = {"en": "Gold", "de": "Gold (de)", "fr": "Or"}
BARE = {"name": "Gold", "siteCode": "main"}


def read(shop: Any, accept: str, value_of: Any) -> Any:
    """Return the name of `a` under an Accept-Language; the list must agree."""
    reply = shop.call(
        "GET-retrieve-segment", path={"segmentId": "a"}, headers={"Accept-Language": accept}
    )
    listed = shop.call("GET-retrieve-segments", headers={"Accept-Language": accept})
    assert value_of(listed.body[0]) == value_of(reply.body)
    return value_of(reply.body)["name"]


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
        ("it,de;q=0.5,fr;q=0.9", "fr"),
        ("it", "en"),
        ("string", "en"),
        ("de;q=0,fr", "fr"),
        ("de;q=x,fr;q=0.1", "fr"),
        ("de;level=1", "de"),
    ],
)
def test_one_language(shop: Any, open_shop: Any, value_of: Any, accept: str, language: str) -> None:
    """The first accepted language is shown, else the default; by choice as plain text."""
    shop.add("a", name=TEXTS)
    assert read(shop, accept, value_of) == {language: TEXTS[language]}
    plain = open_shop(single_language="string")
    plain.add("a", name=TEXTS)
    assert read(plain, accept, value_of) == TEXTS[language]


@pytest.mark.parametrize("accept", ["*", "", "*,de;q=0.5", "it,*;q=0.5", ";;;", "de;q=0"])
def test_all_languages(open_shop: Any, value_of: Any, accept: str) -> None:
    """With `*`, or nothing readable, every language is shown as a map (EMX-079)."""
    for choice in ("map", "string"):
        shop = open_shop(single_language=choice)
        shop.add("a", name=TEXTS)
        assert read(shop, accept, value_of) == TEXTS


def test_a_text_without_any_wanted_language(shop: Any, value_of: Any) -> None:
    """A text that has neither an accepted nor the default language is shown whole."""
    shop.add("a", name={"fr": "Or", "it": "Oro"})
    assert read(shop, "de", value_of) == {"fr": "Or", "it": "Oro"}


def test_items_are_shown_in_one_language_too(shop: Any) -> None:
    """The name of an assigned item follows Accept-Language."""
    shop.add("a")
    shop.stock("a", "boots", "CATEGORY")
    reply = shop.call(
        "GET-retrieve-segments-items", headers={"Accept-Language": "de"}, query={"fields": "item"}
    )
    assert reply.body[0]["item"]["name"] == {"de": "boots (de)"}


@pytest.mark.parametrize("operation", ["POST-create-segment", "PUT-update-segment"])
def test_plain_text_is_stored_under_its_language(shop: Any, operation: str) -> None:
    """Plain text needs one language in Content-Language and is stored under it (EMX-075)."""
    body = BARE | {"id": "a", "description": "Best"}
    call = {"path": {"segmentId": "a"}, "body": body}
    for header in (None, "*", "de,en", "", "not a tag"):
        headers = {} if header is None else {"Content-Language": header}
        assert shop.call(operation, headers=headers, **call).status == 400
    assert shop.find() == []
    assert shop.call(operation, headers={"Content-Language": "de"}, **call).status == 201
    assert shop.read("a")["name"] == {"de": "Gold"}
    assert shop.read("a")["description"] == {"de": "Best"}


def test_maps_need_no_header(shop: Any) -> None:
    """Maps are taken whatever Content-Language says, `string` of the tutorial included.

    EMX-076.
    """
    for number, header in enumerate(("*", "string", "de", "?")):
        body = {"id": str(number), "name": TEXTS, "siteCode": "main"}
        reply = shop.call("POST-create-segment", headers={"Content-Language": header}, body=body)
        assert reply.status == 201
        assert shop.read(str(number))["name"] == TEXTS


def test_plain_text_in_bulk(shop: Any) -> None:
    """The header counts for every entry of a bulk request."""
    headers = {"Content-Language": "en"}
    shop.call("POST-create-segments-bulk", headers=headers, body=[BARE | {"id": "a"}])
    shop.call("PUT-update-segments-bulk", headers=headers, body=[BARE | {"id": "b"}])
    assert shop.read("a")["name"] == shop.read("b")["name"] == {"en": "Gold"}


def test_unsupported_languages_are_a_choice(open_shop: Any, headers_of: Any, value_of: Any) -> None:
    """By choice a language that the tenant does not have is refused in both headers."""
    shop = open_shop(unsupported_language="400")
    body = {"id": "a", "name": TEXTS, "siteCode": "main"}
    for header in ("ru", "de, ru"):
        reply = shop.call("POST-create-segment", headers={"Content-Language": header}, body=body)
        assert reply.status == 400
        assert headers_of(reply)["X-Mock-Pointer"] == "/header/Content-Language"
        assert "'ru'" in reply.body["message"]
    body["name"] = {"en": "Gold", "DE": "Gold (de)"}
    for header in ("*", "DE", "de,en", ""):
        headers, sent = {"Content-Language": header}, body | {"id": f"a{header}"}
        assert shop.call("POST-create-segment", headers=headers, body=sent).status == 201
    reply = shop.call("GET-retrieve-segments", headers={"Accept-Language": "de,ru"})
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-084")
    path = {"segmentId": "a"}
    reply = shop.call("GET-retrieve-segment", path=path, headers={"Accept-Language": "de-CH"})
    assert value_of(reply.body)["name"] == {"DE": "Gold (de)"}


@pytest.mark.parametrize("field", ["name", "description"])
def test_the_languages_of_a_map_are_checked_by_choice(
    open_shop: Any, headers_of: Any, field: str
) -> None:
    """By choice no text is stored in a language that the tenant does not have."""
    shop = open_shop(unsupported_language="400")
    shop.add("a")
    before = shop.snapshot()
    body = {"name": {"en": "Gold"}, "siteCode": "main", field: {"de": "x", "fr": "x"}}
    path = {"segmentId": "a"}
    operation = {"op": "add", "path": f"/{field}", "value": body[field]}
    for reply in (
        shop.call("POST-create-segment", body=body),
        shop.call("PUT-update-segment", path=path, body=body),
        shop.call("PATCH-update-segment", path=path, body=[operation]),
    ):
        assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-084")
        assert headers_of(reply)["X-Mock-Pointer"] == f"/{field}/fr"
    assert shop.snapshot() == before


def test_plain_text_takes_the_spelling_of_the_tenant(shop: Any) -> None:
    """DE is the tenant's de; a language that the tenant does not have is taken as it is."""
    for header, language in (("DE", "de"), ("fr-CH", "fr-CH")):
        body = BARE | {"id": header}
        shop.call("POST-create-segment", headers={"Content-Language": header}, body=body)
        assert shop.read(header)["name"] == {language: "Gold"}


def test_reading_without_a_language_is_a_choice(open_shop: Any, value_of: Any) -> None:
    """Without Accept-Language every language is shown, or by choice the tenant's default."""
    for choices, name in (
        ({}, TEXTS),
        ({"default_language": "default"}, {"en": "Gold"}),
        ({"default_language": "default", "single_language": "string"}, "Gold"),
    ):
        shop = open_shop(**choices)
        shop.add("a", name=TEXTS)
        shop.stock("a", "boots", "CATEGORY")
        assert shop.read("a")["name"] == name
        assert value_of(shop.call("GET-retrieve-segments").body[0])["name"] == name
        assert read(shop, "", value_of) == name
        assert read(shop, "*", value_of) == TEXTS
        items = shop.call("GET-retrieve-segments-items").body
        assert (value_of(items[0])["item"]["name"] == {"en": "Boots", "de": "boots (de)"}) == (
            not choices
        )


def test_the_default_language_is_for_reads_alone(open_shop: Any) -> None:
    """A patch works on every language, whatever reads show."""
    shop = open_shop(default_language="default")
    shop.add("a", name=TEXTS)
    operation = {"op": "replace", "path": "/name/de", "value": "Gold!"}
    path = {"segmentId": "a"}
    assert shop.call("PATCH-update-segment", path=path, body=[operation]).status == 204
    reply = shop.call(
        "GET-retrieve-segment", path={"segmentId": "a"}, headers={"Accept-Language": "*"}
    )
    assert reply.body.value["name"] == TEXTS | {"de": "Gold!"}


def test_plain_text_without_a_language_is_a_choice(open_shop: Any, headers_of: Any) -> None:
    """It is refused, or by choice stored under the tenant's default; `*` wants maps always.

    EMX-076.
    """
    body = BARE | {"id": "a"}
    reply = open_shop().call("POST-create-segment", body=body)
    assert (reply.status, headers_of(reply)["X-Mock-Requirement"]) == (400, "EMX-078")
    shop = open_shop(plain_text="default-language")
    for header in ("*", "de,en"):
        headers = {"Content-Language": header}
        assert shop.call("POST-create-segment", headers=headers, body=body).status == 400
    assert shop.call("POST-create-segment", body=body).status == 201
    assert shop.read("a")["name"] == {"en": "Gold"}


def test_a_field_in_one_language_is_shown_as_text(open_shop: Any) -> None:
    """Fields are picked before a language is: name.de is there as plain text too."""
    for choice, name in (("map", {"de": "Gold (de)"}), ("string", "Gold (de)")):
        shop = open_shop(single_language=choice)
        shop.add("a", name=TEXTS)
        shop.stock("a", "boots", "CATEGORY")
        headers = {"Accept-Language": "de"}
        path, query = {"segmentId": "a"}, {"fields": "name.de"}
        reply = shop.call("GET-retrieve-segment", path=path, headers=headers, query=query)
        assert reply.body == {"id": "a", "name": name}
        query = {"fields": "item.name.de"}
        reply = shop.call("GET-retrieve-segment-items", path=path, headers=headers, query=query)
        shown = "boots (de)" if choice == "string" else {"de": "boots (de)"}
        assert reply.body == [{"item": {"name": shown}}]
