"""Pages and totals of the seven lists."""

from __future__ import annotations

import pytest

from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.lists import kind_of, same_ids, scene
from conformance.exchange import MISSING, Reply
from conformance.judging import Unmet, judges


@judges("EMX-215")
@pytest.mark.parametrize("operation", op.LISTS)
def test_a_page_holds_as_many_records_as_asked_for(emporix: Emporix, operation: str) -> None:
    """A page holds as many records as pageSize says, or all of them where there are fewer."""
    made = scene(emporix, kind_of(operation))
    made.ready(operation)
    for size in (1, 2, 3, 5):
        reply = made.look(operation, pageSize=size)
        found = made.found(reply)
        emporix.judge("EMX-215", reply).status(200).that(
            len(found) == min(size, len(made.ids)) and set(found) <= set(made.ids),
            f"{min(size, len(made.ids))} of the {len(made.ids)} records for pageSize={size}",
            found,
            "the page",
        )


@judges("EMX-215", smoke=True, read_only=True)
def test_a_page_never_holds_more_than_asked_for(emporix: Emporix) -> None:
    """A page of the list of all segments holds no more records than pageSize says."""
    for size in (1, 2):
        reply = emporix.send(op.LIST, by="read", query={"pageSize": size})
        emporix.judge("EMX-215", reply).status(200).that(
            isinstance(reply.json, list) and len(reply.entries()) <= size,
            f"an array of at most {size} for pageSize={size}",
            f"{len(reply.entries())} entries" if isinstance(reply.json, list) else reply.json,
        )


@judges("EMX-216")
@pytest.mark.parametrize("operation", op.LISTS)
def test_pages_are_cut_by_their_size(emporix: Emporix, operation: str) -> None:
    """Pages of two that follow each other hold every record, each once."""
    made = scene(emporix, kind_of(operation))
    made.ready(operation)

    def page(number: int) -> Reply:
        return made.look(operation, pageSize=2, pageNumber=number)

    # Which number the first page has, and what is beyond the last one, is not documented.
    second = page(2)
    replies = [page(1), second] if made.found(second) else [page(0), page(1)]
    for reply in replies:
        emporix.judge("EMX-216", reply).status(200)
    pages = [made.found(reply) for reply in replies]
    emporix.judge("EMX-216").same_set(made.ids, pages[0] + pages[1], "the pages together")
    emporix.judge("EMX-216").same([2, 1], [len(each) for each in pages], "the sizes of the pages")


@judges("EMX-216")
def test_each_page_number_names_another_page(emporix: Emporix) -> None:
    """Pages of one segment each are another one for every number, however far the page is."""
    made = scene(emporix, "segments", {}, {}, {}, {})
    made.ready(op.LIST)
    replies = [made.look(op.LIST, pageSize=1, pageNumber=number) for number in (1, 2, 3, 4)]
    found = [each for reply in replies for each in made.found(reply)]
    if len(found) == len(made.ids) - 1:
        last = made.look(op.LIST, pageSize=1, pageNumber=0)
        found += made.found(last)
    emporix.judge("EMX-216", replies[-1]).same_set(made.ids, found, "the pages together")


@judges("EMX-221", "EMX-222")
@pytest.mark.parametrize("operation", op.LISTS)
def test_the_total_counts_the_records_of_all_pages(emporix: Emporix, operation: str) -> None:
    """With X-Total-Count: true a reply says how many records all pages hold, in a header alone."""
    made = scene(emporix, kind_of(operation))
    made.ready(operation)
    for size in (2, 50):
        plain = made.look(operation, pageSize=size)
        counted = made.look(operation, pageSize=size, headers={"X-Total-Count": "true"})
        emporix.judge("EMX-221", counted).status(200).that(
            _number(counted.header("X-Total-Count")) == len(made.ids),
            f"X-Total-Count: {len(made.ids)} for pageSize={size}",
            f"X-Total-Count: {counted.header('X-Total-Count')}",
            "the header X-Total-Count",
        )
        if plain.status == 200 and len(made.found(plain)) == min(size, len(made.ids)):
            emporix.judge("EMX-222", counted).same(plain.json, counted.json)
    beyond = made.look(operation, pageSize=2, pageNumber=2, headers={"X-Total-Count": "true"})
    if beyond.status == 200:
        emporix.judge("EMX-221", beyond).that(
            _number(beyond.header("X-Total-Count")) == len(made.ids),
            f"X-Total-Count: {len(made.ids)} on the second page too",
            f"X-Total-Count: {beyond.header('X-Total-Count')}",
            "the header X-Total-Count",
        )


@judges("EMX-221")
@pytest.mark.parametrize("operation", op.LISTS)
def test_the_total_counts_what_q_leaves(emporix: Emporix, operation: str) -> None:
    """The total of a narrowed list counts the records that fulfil q, not all that there are."""
    made = scene(emporix, kind_of(operation))
    made.ready(operation)
    made.update(1)
    if not same_ids(made.found(made.finds(operation, "metadata.version:1", _others(made.ids))),
                    _others(made.ids)):  # fmt: skip
        raise Unmet("q did not narrow this list, so there was nothing to count")
    reply = made.look(
        operation, "metadata.version:1", pageSize=1, headers={"X-Total-Count": "true"}
    )
    emporix.judge("EMX-221", reply).status(200).that(
        _number(reply.header("X-Total-Count")) == 2,
        "X-Total-Count: 2",
        f"X-Total-Count: {reply.header('X-Total-Count')}",
        "the header X-Total-Count",
    )


@judges("EMX-221", "EMX-222", read_only=True)
def test_the_list_of_all_segments_is_counted(emporix: Emporix) -> None:
    """The total of all segments is a number, and the page stays an array of segments."""
    query = {"pageSize": 1}
    reply = emporix.send(op.LIST, by="read", query=query, headers={"X-Total-Count": "true"})
    total = _number(reply.header("X-Total-Count"))
    emporix.judge("EMX-221", reply).status(200).that(
        total is not None and total >= len(reply.entries()),
        "X-Total-Count with a number, no less than the page holds",
        f"X-Total-Count: {reply.header('X-Total-Count')}",
        "the header X-Total-Count",
    )
    emporix.judge("EMX-222", reply).that(
        isinstance(reply.json, list), "an array", reply.json, "the body"
    )
    if total:
        emporix.judge("EMX-222", reply).that(
            reply.at("/0/id") is not MISSING, "a segment in the array", reply.json, "the body"
        )


def _others(ids: tuple[str, ...]) -> list[str]:
    return [each for position, each in enumerate(ids) if position != 1]


def _number(header: str | None) -> int | None:
    text = (header or "").strip()
    return int(text) if text.isascii() and text.isdecimal() else None
