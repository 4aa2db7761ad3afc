"""What is assigned to a category, as the category service lists it."""

from __future__ import annotations

from conformance.emporix.case import Emporix
from conformance.emporix.catalogue import (
    CATEGORY_SCOPE,
    EVERYTHING,
    above,
    assignments,
    entitled,
    hidden_category,
    hidden_product,
    languages,
    parents,
    placed,
    products,
    translations,
)
from conformance.exchange import MISSING, Reply, at
from conformance.judging import judges


@judges("EMX-700", read_only=True)
def test_assignments_tell_category_and_item(emporix: Emporix) -> None:
    """The products of a category are listed, each with its id, type and name."""
    product, category = placed(emporix)
    reply = assignments(emporix, category, {"ref.id": product})
    judging = emporix.judge("EMX-700", reply).status(200)
    listed = reply.each("/ref/id")
    judging.that(product in listed, f"an assignment of {product}", listed, "the items listed")
    for entry in [*reply.entries(), *assignments(emporix, category).entries()]:
        for pointer in ("/id", "/ref/id", "/ref/localizedName"):
            found = at(entry, pointer)
            judging.that(
                found is not MISSING and found is not None,
                f"a value at {pointer}", found, "an assignment", pointer,
            )  # fmt: skip
        judging.same(category, at(entry, "/categoryId"), "an assignment", "/categoryId")
        judging.same("PRODUCT", at(entry, "/ref/type"), "an assignment", "/ref/type")
    whole = assignments(emporix, category)
    ids = whole.each("/id")
    judging.same(len(ids), len(set(map(str, ids))), "the number of different ids")
    if len(whole.entries()) < 60:
        for known in emporix.known("products", "id", "category", "published"):
            if known["published"] and known["category"] == category:
                judging.that(
                    known["id"] in whole.each("/ref/id"), f"an assignment of {known['id']}",
                    whole.each("/ref/id"), "the items listed",
                )  # fmt: skip


@judges("EMX-701", read_only=True)
def test_assignments_are_those_of_products(emporix: Emporix) -> None:
    """Products are listed, whether or not assignmentType says so."""
    product, category = placed(emporix)
    for query in ({}, {"assignmentType": "PRODUCT"}):
        reply = assignments(emporix, category, {"ref.id": product, **query})
        judging = emporix.judge("EMX-701", reply).status(200)
        judging.that(
            product in reply.each("/ref/id"), f"an assignment of {product}",
            reply.each("/ref/id"), "the items listed",
        )  # fmt: skip
        judging.same_set(
            ["PRODUCT"] * len(reply.entries()), reply.each("/ref/type"), "the types of the items"
        )


@judges("EMX-702", read_only=True)
def test_assignments_of_one_item(emporix: Emporix) -> None:
    """Only the assignments of the item that ref.id names are listed."""
    product, category = placed(emporix)
    for wanted in (product, product[:-1], emporix.fresh_id()):
        if not wanted:
            continue
        reply = assignments(emporix, category, {"ref.id": wanted})
        judging = emporix.judge("EMX-702", reply)
        others = [each for each in reply.each("/ref/id") if each != wanted]
        judging.same([], others, f"the items listed other than {wanted}")
        if wanted == product:
            judging.status(200).that(
                bool(reply.entries()), f"an assignment of {product}", reply.json, "the list"
            )


@judges("EMX-703", read_only=True)
def test_assignments_of_items_with_a_name(emporix: Emporix) -> None:
    """Only the assignments of items with the name in ref.localizedName are listed."""
    product, category = placed(emporix)
    one = assignments(
        emporix, category, {"ref.id": product}, headers=EVERYTHING, step="set up"
    )  # fmt: skip
    emporix.need(one, 200, what="listing the assignments of a category")
    names = translations(one.entry("/ref/id", product), "/ref/localizedName")
    if not names:
        raise emporix.lacking("emporix.known.products with a name, and with the category it is in")
    default = (emporix.session.config.options.get("languages") or [""])[0]
    name = names.get(default) or next(iter(names.values()))
    reply = assignments(emporix, category, {"ref.localizedName": name})
    judging = emporix.judge("EMX-703", reply).status(200)
    listed = reply.each("/ref/id")
    judging.that(product in listed, f"{product}, whose name it is", listed, "the items listed")
    for entry in reply.entries():
        shown = translations(entry, "/ref/localizedName")
        judging.that(
            any(name.casefold() in text.casefold() for text in shown.values()),
            f"an item named {name}", shown, "an item listed",
        )  # fmt: skip
    for language in emporix.session.config.options.get("languages") or ():
        if language not in names:
            continue
        reply = assignments(
            emporix, category, {"ref.localizedName": names[language]},
            headers={"Accept-Language": language},
        )  # fmt: skip
        listed = reply.each("/ref/id")
        emporix.judge("EMX-703", reply).status(200).that(
            product in listed, f"{product}, whose name in {language} it is", listed,
            "the items listed",
        )  # fmt: skip
    nobody = assignments(emporix, category, {"ref.localizedName": emporix.fresh_name()})
    emporix.judge("EMX-703", nobody).same(
        [], nobody.each("/ref/id"), "the items with a name that nothing has"
    )


@judges("EMX-705", read_only=True)
def test_assignments_of_the_categories_below(emporix: Emporix) -> None:
    """The assignments of every category below, however deep, are added by withSubcategories."""
    product, category = placed(emporix)
    parent_of = parents(emporix)
    tops = above(parent_of, category)
    if not tops:
        raise emporix.lacking(f"emporix.known.categories with the parent of {category}")
    for top in tops:
        query = {"ref.id": product}
        alone = assignments(emporix, top, query)
        emporix.judge("EMX-705", alone).status(200).that(
            category not in alone.each("/categoryId"), f"nothing of {category}",
            alone.each("/categoryId"), f"the categories of what {top} itself holds",
        )  # fmt: skip
        added = assignments(emporix, top, {**query, "withSubcategories": True})
        emporix.judge("EMX-705", added).status(200).that(
            category in added.each("/categoryId"), f"an assignment to {category}",
            added.each("/categoryId"), f"the categories of what is listed below {top}",
        )  # fmt: skip
    own = assignments(emporix, category, {"ref.id": product, "withSubcategories": True})
    emporix.judge("EMX-705", own).status(200).that(
        category in own.each("/categoryId"), f"the assignment to {category} itself",
        own.each("/categoryId"), "the categories of what is listed",
    )  # fmt: skip
    line = {category, *tops}
    for beside, parent in parent_of.items():
        if parent not in line or beside in line:
            continue
        reply = assignments(emporix, beside, {"ref.id": product, "withSubcategories": True})
        emporix.judge("EMX-705", reply).that(
            category not in reply.each("/categoryId"), f"nothing of {category}, which is elsewhere",
            reply.each("/categoryId"), f"the categories of what is listed below {beside}",
        )  # fmt: skip


@judges("EMX-706", read_only=True)
def test_assignments_of_unpublished_categories(emporix: Emporix) -> None:
    """What an unpublished category holds is listed only with showUnpublished."""
    category, product = hidden_category(emporix)
    query = {"ref.id": product}
    for by in ("", "manage"):
        reply = assignments(emporix, category, query, by=by)
        emporix.judge("EMX-706", reply).same(
            [], reply.each("/ref/id"), "what is listed without showUnpublished"
        )
    for known in emporix.known("categories", "id", "published"):
        if known["id"] == category and "parent" in known:
            below = {**query, "withSubcategories": True}
            reply = assignments(emporix, str(known["parent"]), below)
            emporix.judge("EMX-706", reply).that(
                category not in reply.each("/categoryId"), f"nothing of {category}",
                reply.each("/categoryId"), f"what is listed below {known['parent']}",
            )  # fmt: skip
    shown = assignments(emporix, category, {**query, "showUnpublished": True}, by="manage")
    entitled(emporix, shown, CATEGORY_SCOPE)
    emporix.judge("EMX-706", shown).status(200).that(
        product in shown.each("/ref/id"), f"an assignment of {product}",
        shown.each("/ref/id"), "what is listed with showUnpublished",
    )  # fmt: skip
    product, category = placed(emporix)
    asked = {"ref.id": product, "showUnpublished": True}
    both = assignments(emporix, category, asked, by="manage")
    emporix.judge("EMX-706", both).status(200).that(
        product in both.each("/ref/id"), f"an assignment of {product}, in a published category",
        both.each("/ref/id"), "what is listed with showUnpublished",
    )  # fmt: skip


@judges("EMX-708", read_only=True)
def test_assignments_without_unpublished_products(emporix: Emporix) -> None:
    """Products that are not published, and no others, are left out when they are to be hidden."""
    hidden, where = hidden_product(emporix)
    shown, category = placed(emporix)
    reply = assignments(emporix, where, {"ref.id": hidden}, step="set up")
    emporix.need(reply, 200, what="listing the assignments of a category")
    if hidden not in reply.each("/ref/id"):
        found = products(emporix, f"id:{hidden}", step="set up").entry("/id", hidden)
        placed_there = at(found, "/published") is False and where in (
            at(found, "/categoryIds") or []
        )
        if not placed_there:
            raise emporix.lacking(
                "to emporix.known.products an unpublished one that its category lists"
            )
        emporix.judge("EMX-708", reply).that(
            False, f"an assignment of {hidden}, as it was not to be hidden",
            reply.each("/ref/id"), "the items listed",
        )  # fmt: skip
    for below in (False, True):
        query = {"ref.id": hidden, "hideUnpublishedProducts": True, "withSubcategories": below}
        reply = assignments(emporix, where, query)
        emporix.judge("EMX-708", reply).status(200).same(
            [], reply.each("/ref/id"), "the unpublished products listed"
        )
    reply = assignments(emporix, where, {"ref.id": hidden, "hideUnpublishedProducts": False})
    emporix.judge("EMX-708", reply).status(200).that(
        hidden in reply.each("/ref/id"), f"an assignment of {hidden}",
        reply.each("/ref/id"), "the items listed with hideUnpublishedProducts=false",
    )  # fmt: skip
    reply = assignments(emporix, category, {"ref.id": shown, "hideUnpublishedProducts": True})
    emporix.judge("EMX-708", reply).status(200).that(
        shown in reply.each("/ref/id"), f"an assignment of {shown}, which is published",
        reply.each("/ref/id"), "the items listed",
    )  # fmt: skip


@judges("EMX-709")
def test_assignments_of_the_categories_of_segments(emporix: Emporix) -> None:
    """Only assignments whose category the segments in segmentsIds hold are listed."""
    product, category = placed(emporix)
    holders = [emporix.segment(status="ACTIVE") for _ in range(2)]
    for each in holders:
        emporix.assign_item(each, "CATEGORY", category)
    stranger = emporix.segment(status="ACTIVE")
    emporix.assign_item(stranger, "PRODUCT", product)

    def look(top: str, *segments: str, below: bool = False) -> Reply:
        query = {"ref.id": product, "segmentsIds": ",".join(segments), "withSubcategories": below}
        return assignments(emporix, top, query)

    asked = [(category, holders[:1], False), (category, holders, False)]
    asked += [(top, holders[:1], True) for top in above(parents(emporix), category)[:1]]
    for top, segments, below in asked:
        reply = emporix.settle(
            lambda top=top, segments=segments, below=below: look(top, *segments, below=below),  # type: ignore[misc]
            lambda reply: category in reply.each("/categoryId"),
        )
        emporix.judge("EMX-709", reply).status(200).that(
            category in reply.each("/categoryId"),
            f"the assignment to {category}, which the segments hold",
            reply.each("/categoryId"), "the categories of what is listed",
        )  # fmt: skip
    reply = emporix.settle(
        lambda: look(category, stranger), lambda reply: not reply.each("/ref/id")
    )
    emporix.judge("EMX-709", reply).same(
        [], reply.each("/ref/id"), "what is listed for a segment without the category"
    )
    reply = look(category, emporix.fresh_id())
    emporix.judge("EMX-709", reply).same(
        [], reply.each("/ref/id"), "what is listed for a segment that there is not"
    )


@judges("EMX-732", read_only=True)
def test_assignments_are_read_without_a_token(emporix: Emporix) -> None:
    """Nobody needs a token to list the products of a published category."""
    product, category = placed(emporix)
    reply = assignments(emporix, category, {"ref.id": product}, by="")
    emporix.judge("EMX-732", reply).status(200).that(
        product in reply.each("/ref/id"), f"an assignment of {product}",
        reply.each("/ref/id"), "the items listed",
    )  # fmt: skip


@judges("EMX-718", read_only=True)
def test_names_of_items_in_every_language(emporix: Emporix) -> None:
    """Names of items come in every language unless a language is asked for."""
    product, category = placed(emporix)
    query = {"ref.id": product}
    whole = assignments(emporix, category, query, headers=EVERYTHING)
    judging = emporix.judge("EMX-718", whole).status(200)
    names = translations(whole.entry("/ref/id", product), "/ref/localizedName")
    judging.that(bool(names), "a map of translations", whole.text[:300], "the name of the item")
    unasked = assignments(emporix, category, query)
    shown = translations(unasked.entry("/ref/id", product), "/ref/localizedName")
    emporix.judge("EMX-718", unasked).same(names, shown, "the name without Accept-Language")
    for language in languages(emporix):
        one = assignments(emporix, category, query, headers={"Accept-Language": language})
        text = translations(one.entry("/ref/id", product), "/ref/localizedName").get(language)
        judging.that(
            text is None or names.get(language) == text,
            f"the translation {text!r} that {language} has", names, "the name in every language",
        )  # fmt: skip
    if len(names) < 2:
        raise emporix.lacking("emporix.known.products with a name in two languages")


@judges("EMX-719", read_only=True)
def test_names_of_items_in_the_languages_asked_for(emporix: Emporix) -> None:
    """Names of items are maps with the accepted translations alone."""
    product, category = placed(emporix)
    query = {"ref.id": product}
    whole = assignments(emporix, category, query, headers=EVERYTHING, step="set up")
    emporix.need(whole, 200, what="listing the assignments of a category")
    names = translations(whole.entry("/ref/id", product), "/ref/localizedName")
    having = [each for each in languages(emporix, 2) if each in names]
    if len(having) < 2:
        raise emporix.lacking("emporix.known.products with a name in two languages")
    for wanted in ([having[1]], [having[-1], having[0]]):
        reply = assignments(
            emporix, category, query, headers={"Accept-Language": ", ".join(wanted)}
        )
        emporix.judge("EMX-719", reply).status(200).same(
            {each: names[each] for each in wanted},
            at(reply.entry("/ref/id", product), "/ref/localizedName"),
            f"the name in {' and '.join(wanted)}",
        )
