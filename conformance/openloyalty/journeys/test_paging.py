"""Pages of lists: which one comes, and how much it holds."""

from __future__ import annotations

from conformance.exchange import Reply
from conformance.judging import Unmet, judges
from conformance.openloyalty.case import MOST_ON_PAGE, Batch, OpenLoyalty
from conformance.openloyalty.criteria import listing
from conformance.openloyalty.sorting import total_order

USUAL = 10
"""Items on a page unless told otherwise."""


@judges("OLO-123")
def test_pages_of_segments_count_from_one(openloyalty: OpenLoyalty) -> None:
    """The first page of segments is page 1, which comes unasked too, and page 2 goes on."""
    batch = Batch(openloyalty)
    for label in "abcde":
        batch.add(label, description=f"{label} {batch.word}")
    batch.settled()
    sort = total_order(batch.show, ("name", "description"), "/segmentId", len(batch.ids))
    if sort is None:
        raise Unmet("segments cannot be sorted by name, so their pages cannot be told apart")
    sorted_ = {**sort, "_itemsOnPage": 2}
    pages = {}
    for page in ("", "1", "2", "3"):
        reply, labels = batch.found({**sorted_, **({"_page": page} if page else {})})
        openloyalty.judge("OLO-123", reply).status(200)
        pages[page] = labels
    if len(pages[""]) != 2:
        raise Unmet("a page of two does not hold two")
    told = openloyalty.judge("OLO-123", reply)
    told.same(pages["1"], pages[""], "the page that comes unasked")
    told.same_set("abcde", pages["1"] + pages["2"] + pages["3"], "pages 1 to 3 together")


@judges("OLO-123")
def test_pages_of_members_count_from_one(openloyalty: OpenLoyalty) -> None:
    """The first page of members is page 1, which comes unasked too, and page 2 goes on."""
    known = openloyalty.known("members", "id", at_least=2)[:3]
    segment = listing(openloyalty, known)
    # Of one order only: members of one name may come in another order on each page.
    sort = total_order(
        lambda query: openloyalty.members(segment, {**query, "_itemsOnPage": MOST_ON_PAGE}),
        ("lastName", "firstName", "email", "createdAt"), "/customerId", len(known),
    )  # fmt: skip
    if sort is None:
        raise Unmet("no sort gives the known members one order, so their pages cannot be told")
    sorted_ = {**sort, "_itemsOnPage": 1}
    pages = {}
    for page in ("", *(str(1 + number) for number in range(len(known)))):
        reply = openloyalty.members(segment, {**sorted_, **({"_page": page} if page else {})})
        openloyalty.judge("OLO-123", reply).status(200)
        pages[page] = [str(each).lower() for each in reply.each("/customerId", of="/items")]
    if len(pages[""]) != 1:
        raise Unmet("a page of one does not hold one")
    told = openloyalty.judge("OLO-123", reply)
    told.same(pages["1"], pages[""], "the page that comes unasked")
    told.same_set(
        [str(each["id"]).lower() for each in known],
        [each for page, ids in pages.items() if page for each in ids],
        f"pages 1 to {len(known)} together",
    )


@judges("OLO-123", read_only=True)
def test_pages_of_associations_count_from_one(openloyalty: OpenLoyalty) -> None:
    """What uses a segment is on page 1, which comes unasked too."""
    known = openloyalty.known("associated")[0]
    segment, resource = str(known["segment"]), str(known["resource"])
    most = {"_itemsOnPage": MOST_ON_PAGE}
    unasked = openloyalty.associated(segment, resource, most)
    openloyalty.need(unasked, 200, what="listing what uses a segment")
    if not unasked.entries("/items"):
        raise Unmet(f"no {resource} uses the known segment {segment}")
    first = openloyalty.associated(segment, resource, {**most, "_page": 1})
    openloyalty.judge("OLO-123", first).status(200).that(
        # More than a page comes in no promised order.
        len(unasked.entries("/items")) >= MOST_ON_PAGE
        or _ids(first, "/id") == _ids(unasked, "/id"),
        f"what comes unasked: {', '.join(_ids(unasked, '/id'))}",
        ", ".join(_ids(first, "/id")), "page 1", "/items",
    )  # fmt: skip


@judges("OLO-125", read_only=True)
def test_a_page_of_segments_holds_ten(openloyalty: OpenLoyalty) -> None:
    """A page of segments holds ten unless asked for another number, which is then heeded."""
    three = openloyalty.list({"_itemsOnPage": 3})
    openloyalty.judge("OLO-125", three).status(200).that(
        len(three.entries("/items")) <= 3, "three at most", len(three.entries("/items")),
        "how many are on a page of three",
    )  # fmt: skip
    more = openloyalty.list({"_itemsOnPage": USUAL + 5})
    openloyalty.need(more, 200, what="listing segments")
    if len(more.entries("/items")) <= USUAL:
        raise Unmet("there are not more than ten segments, so a page of ten cannot be seen")
    usual = openloyalty.list()
    openloyalty.judge("OLO-125", usual).status(200).same(
        USUAL, len(usual.entries("/items")), "how many are on a page that was not told"
    )


@judges("OLO-125", read_only=True)
def test_a_page_of_members_holds_ten(openloyalty: OpenLoyalty) -> None:
    """A page of members holds ten unless asked for another number, which is then heeded."""
    segment = crowded(openloyalty, USUAL + 5)
    for number in (3, USUAL, USUAL + 5):
        query = {} if number == USUAL else {"_itemsOnPage": number}
        reply = openloyalty.members(segment, query)
        held = len(reply.entries("/items"))
        if reply.status == 200 and held < number:
            rest = openloyalty.members(segment, {**query, "_page": 2})
            if not rest.entries("/items"):
                raise Unmet(f"the segment {segment} has fewer members than its customersCount says")
        openloyalty.judge("OLO-125", reply).status(200).same(
            number, held, f"how many are on a page of {number}"
        )


@judges("OLO-125", read_only=True)
def test_a_page_of_associations_holds_what_was_asked_for(openloyalty: OpenLoyalty) -> None:
    """A page of what uses a segment holds as much as was asked for, and ten at most unasked."""
    known = openloyalty.known("associated")
    for each in known:
        segment, resource = str(each["segment"]), str(each["resource"])
        usual = openloyalty.associated(segment, resource)
        openloyalty.judge("OLO-125", usual).status(200).that(
            len(usual.entries("/items")) <= USUAL, "ten at most", len(usual.entries("/items")),
            "how many are on a page that was not told",
        )  # fmt: skip
        one = openloyalty.associated(segment, resource, {"_itemsOnPage": 1})
        openloyalty.judge("OLO-125", one).status(200).same(
            min(1, len(usual.entries("/items"))), len(one.entries("/items")),
            "how many are on a page of one",
        )  # fmt: skip


@judges("OLO-126", read_only=True)
def test_a_page_of_more_than_fifty_members_is_not_given(openloyalty: OpenLoyalty) -> None:
    """A page of more than fifty members, or of none, is refused, or cut to fifty."""
    segment = crowded(openloyalty, MOST_ON_PAGE + 1)
    for number in (MOST_ON_PAGE + 1, 1000):
        _is_limited(openloyalty, openloyalty.members(segment, {"_itemsOnPage": number}))
    most = openloyalty.members(segment, {"_itemsOnPage": MOST_ON_PAGE})
    openloyalty.judge("OLO-126", most).status(200)
    for number in (0, -1):
        _is_limited(openloyalty, openloyalty.members(segment, {"_itemsOnPage": number}))


@judges("OLO-126")
def test_a_page_of_less_than_one_is_not_given(openloyalty: OpenLoyalty) -> None:
    """A page of no segments is refused, or answered with the least that a page may hold."""
    name = openloyalty.fresh_name()
    segment = openloyalty.segment(name=name)
    openloyalty.row(segment, name)
    for number in (0, -1):
        _is_limited(openloyalty, openloyalty.list({"name": name, "_itemsOnPage": number}))


@judges("OLO-126", read_only=True)
def test_limits_of_pages_hold_for_segments(openloyalty: OpenLoyalty) -> None:
    """A page of more than fifty segments, or of none, is refused, or cut to fifty."""
    for number in (0, -1):
        _is_limited(openloyalty, openloyalty.list({"_itemsOnPage": number}))
    reply = openloyalty.list({"_itemsOnPage": MOST_ON_PAGE + 1})
    if reply.status == 200 and len(reply.entries("/items")) < MOST_ON_PAGE:
        most = openloyalty.list({"_itemsOnPage": MOST_ON_PAGE - 1})
        if most.status == 200 and len(most.entries("/items")) < MOST_ON_PAGE - 1:
            raise Unmet("fewer than fifty segments are there, so a cut page cannot be seen")
    _is_limited(openloyalty, reply)


@judges("OLO-126", read_only=True)
def test_limits_of_pages_hold_for_associations(openloyalty: OpenLoyalty) -> None:
    """A page of nothing that uses a segment is refused, or answered with something."""
    known = openloyalty.known("associated")[0]
    segment, resource = str(known["segment"]), str(known["resource"])
    usual = openloyalty.associated(segment, resource)
    openloyalty.need(usual, 200, what="listing what uses a segment")
    if not usual.entries("/items"):
        raise Unmet(f"no {resource} uses the known segment {segment}")
    for number in (0, -1):
        reply = openloyalty.associated(segment, resource, {"_itemsOnPage": number})
        _is_limited(openloyalty, reply)


def crowded(case: OpenLoyalty, least: int) -> str:
    """Return the id of a segment that has so many members, made by whomever. Raises Unmet."""
    for page in (1, 2):
        reply = case.list({"_itemsOnPage": MOST_ON_PAGE, "_page": page})
        case.need(reply, 200, what="listing segments")
        for entry in reply.entries("/items"):
            count = entry.get("customersCount") if isinstance(entry, dict) else None
            segment = entry.get("segmentId") if isinstance(entry, dict) else None
            if isinstance(count, int) and count >= least and isinstance(segment, str):
                return segment
    raise Unmet(f"no segment was found that has {least} members or more")


def _is_limited(case: OpenLoyalty, reply: Reply) -> None:
    # Whether a server refuses or cuts is not documented; an empty page is neither.
    held = len(reply.entries("/items"))
    case.judge("OLO-126", reply).status(200, 400).that(
        reply.status == 400 or 1 <= held <= MOST_ON_PAGE,
        "status 400, or from one to fifty items",
        f"status {reply.status} with {held} items",
    )


def _ids(reply: Reply, pointer: str) -> list[str]:
    return sorted(str(each) for each in reply.each(pointer, of="/items"))
