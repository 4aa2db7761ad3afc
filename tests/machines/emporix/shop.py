"""A second reading of the Emporix ledger, continued: access, and what a caller sees.

Written from the requirements and never from the room. `Shop.answer` is the one door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .assignments import Assigning
from .model import Answer, Ask, Caller, Key, Refused, Row, stamp
from .query import holds, shown, sort_rows, spoken

OPENED_BY = {
    "GET-retrieve-segments": {"read", "own"},
    "POST-search-segments": {"read", "own"},
    "GET-retrieve-segment": {"read", "own"},
    "GET-retrieve-customers": {"read", "own"},
    "POST-search-customers": {"read"},
    "GET-retrieve-customer-by-customerId": {"read"},
    "GET-retrieve-customer": {"read"},
    "GET-retrieve-category-trees": {"own"},
    "GET-retrieve-segments-items": {"read", "own"},
    "GET-retrieve-segment-items": {"read", "own"},
    "POST-search-items": {"read", "own"},
    "GET-retrieve-item": {"read", "own"},
}
"""Operation -> the scopes of which one is needed; whatever is not here needs manage."""


class Shop(Assigning):
    """The whole service: every operation by its name."""

    def __init__(self, choices: Mapping[str, str], cast: Row, now: int) -> None:
        super().__init__(choices, cast, now)
        self.acts: dict[str, Callable[[Ask, Caller], Answer]] = {
            "POST-create-segment": self.create,
            "PUT-update-segment": self.put,
            "PATCH-update-segment": self.patch,
            "DELETE-remove-segment": self.delete,
            "POST-create-segments-bulk": self.bulk(self.create_entry),
            "PUT-update-segments-bulk": self.bulk(self.put_entry),
            "DELETE-remove-segments-bulk": self.bulk(self.delete_entry),
            "PUT-update-customer-by-customerId": self.assign,
            "PUT-update-customer": self.assign,
            "PUT-update-item": self.assign,
            "DELETE-remove-customer-by-customerId": self.unassign,
            "DELETE-remove-customer": self.unassign,
            "DELETE-remove-item": self.unassign,
            "PUT-update-customers-bulk": self.bulk(self.assign_entry),
            "PUT-update-items-bulk": self.bulk(self.assign_entry),
            "DELETE-remove-customers-bulk": self.bulk(self.unassign_entry),
            "DELETE-remove-items-bulk": self.bulk(self.unassign_entry),
            "POST-check-match": self.match,
            "GET-retrieve-segments": self.list_segments,
            "POST-search-segments": self.list_segments,
            "GET-retrieve-segment": self.read_segment,
            "GET-retrieve-customers": self.list_members,
            "POST-search-customers": self.list_members,
            "GET-retrieve-customer-by-customerId": self.read_assignment,
            "GET-retrieve-customer": self.read_assignment,
            "GET-retrieve-segments-items": self.list_all_items,
            "GET-retrieve-segment-items": self.list_items,
            "POST-search-items": self.list_items,
            "GET-retrieve-item": self.read_assignment,
            "GET-retrieve-category-trees": self.trees,
        }

    def answer(self, ask: Ask, caller: Caller | None, told: bool, fresh: Iterator[str]) -> Answer:
        """Do what is asked. Raises Refused.

        `told` is whether a token was sent at all; `fresh` are the ids that the room made up.
        """
        self.fresh = fresh
        if caller is None:
            raise Refused((401, "EMX-002" if told else "EMX-001"))
        if caller.expires <= self.now:
            raise Refused((401, "EMX-004"))
        if caller.tenant != ask.path["tenant"]:
            raise Refused((int(self.choices["foreign-tenant"]), "EMX-015"))
        if not OPENED_BY.get(ask.operation, {"manage"}) & self.scopes(caller):
            known = ("005", "008", "009", "012", "013", "014")
            raise Refused(*((403, f"EMX-{number}") for number in known))
        unreadable = {(400, requirement) for requirement in ask.bad_query}
        if self.choices["legacy-in"] == "refuse" and "old-in" in {c.form for c in ask.clauses}:
            unreadable.add((400, "EMX-260"))
        try:
            found = self.acts[ask.operation](ask, caller)
        except Refused as refused:
            raise Refused(*refused.reasons, *unreadable) from None
        if unreadable:
            raise Refused(*unreadable)
        return found

    # ---- what a caller sees ------------------------------------------------------------

    def is_active(self, segment: Row) -> bool:
        """Return whether a segment counts for its customers now (EMX-120)."""
        if segment["status"] != "ACTIVE":
            return False
        if self.choices["active"] == "status":
            return True
        return self.is_now(segment)

    def is_now(self, row: Row) -> bool:
        """Return whether the present lies in a validity, its bounds included."""
        validity, now = row.get("validity", {}), stamp(self.now)
        return bool(validity.get("from", now) <= now <= validity.get("to", now))

    def own_members(self, caller: Caller, asked: str | None) -> list[Key]:
        """Return the own assignments for the legal entity in force (EMX-115 to EMX-118)."""
        mine = [key for key in self.members if key[1] == caller.customer]
        entity = caller.entity
        if entity is None and asked and len(self.entities_of(caller.customer)) > 1:
            entity = asked
        return [key for key in mine if entity is None or key[2] in {"", entity}]

    def entities_of(self, customer_id: str | None) -> list[str]:
        """Return the legal entities of a customer."""
        found: list[str] = self.customers.get(customer_id or "", {}).get("legalEntityIds", [])
        return found

    def own_segments(self, ask: Ask, caller: Caller, *, active: bool = True) -> set[str]:
        """Return the ids of the segments that a customer is in."""
        keys = self.own_members(caller, ask.query.get("legalEntityId"))
        return {key[0] for key in keys if not active or self.is_active(self.segments[key[0]])}

    def reads_all(self, caller: Caller) -> bool:
        """Return whether a caller sees what is not its own."""
        return "read" in self.scopes(caller)

    def visible(self, ask: Ask, caller: Caller, missing: str) -> bool:
        """Return whether the segment of the path exists; refuse where it must not be seen."""
        segment_id = ask.path["segmentId"]
        if segment_id not in self.segments:
            if missing == "EMX-286" and self.choices["missing-segment"] == "listed":
                return False
            raise Refused((404, missing))
        if not self.reads_all(caller) and segment_id not in self.own_segments(ask, caller):
            raise Refused((int(self.choices["read-own-foreign"]), "EMX-109"))
        return True

    # ---- reads -------------------------------------------------------------------------

    def page(self, ask: Ask, rows: list[Row]) -> Answer:
        """Return one page of the rows that fulfil the query."""
        rows = [row for row in rows if all(holds(row, clause) for clause in ask.clauses)]
        rows = sort_rows(rows, ask.query.get("sort", ""))
        sizes = (ask.query.get("pageSize", "60"), ask.query.get("pageNumber", "1"))
        size, number = (int(text) if text.isdigit() else 0 for text in sizes)
        asked = (ask.query.get("fields"), ask.headers.get("Accept-Language"))
        cut = rows[(number - 1) * size : number * size]
        total = len(rows) if ask.headers.get("X-Total-Count") else None
        return Answer(200, [shown(row, *asked) for row in cut], total)

    def one(self, ask: Ask, row: Row) -> Answer:
        """Return one record."""
        asked = (ask.query.get("fields"), ask.headers.get("Accept-Language"))
        return Answer(200, shown(row, *asked))

    def list_segments(self, ask: Ask, caller: Caller) -> Answer:
        """GET /segments and POST /segments/search."""
        customer, entity = ask.query.get("customerId"), ask.query.get("legalEntityId")
        own = list(self.segments)
        if not self.reads_all(caller):
            if customer and self.choices["customer-id-own"] == "403":
                raise Refused((403, "EMX-098"))
            every = ask.operation.startswith("POST") and self.choices["search-own"] == "all"
            mine = self.own_segments(ask, caller, active=not every)
            if ask.operation.startswith("GET") and self.choices.get("own-list") == "catalogue":
                mine = {name for name, row in self.segments.items() if self.is_active(row)}
            own = [segment_id for segment_id in own if segment_id in mine]
        elif customer:
            if len(self.entities_of(customer)) < 2:
                entity = None
            keys = [key for key in self.members if key[1] == customer]
            held = {key[0] for key in keys if not entity or key[2] in {"", entity}}
            own = [segment_id for segment_id in own if segment_id in held]
        return self.page(ask, [self.segments[segment_id] for segment_id in own])

    def read_segment(self, ask: Ask, caller: Caller) -> Answer:
        """GET /segments/{segmentId}."""
        self.visible(ask, caller, "EMX-092")
        return self.one(ask, self.segments[ask.path["segmentId"]])

    def list_members(self, ask: Ask, caller: Caller) -> Answer:
        """GET and search of the customers of a segment."""
        self.visible(ask, caller, "EMX-286")
        mine = set(self.members if self.reads_all(caller) else self.own_members(caller, None))
        here = [key for key in self.members if key[0] == ask.path["segmentId"] and key in mine]
        return self.page(ask, [self.members[key] for key in here])

    def list_items(self, ask: Ask, caller: Caller) -> Answer:
        """GET and search of the items of a segment."""
        self.visible(ask, caller, "EMX-286")
        here = [key for key in self.items if key[0] == ask.path["segmentId"]]
        return self.page(ask, [self.items[key] for key in here])

    def read_assignment(self, ask: Ask, caller: Caller) -> Answer:
        """GET of one assignment."""
        self.check_type(ask)
        self.visible(ask, caller, "EMX-286")
        found = self.table(ask).get(self.key(ask))
        if found is None:
            raise Refused((404, "EMX-274"))
        return self.one(ask, found)

    def list_all_items(self, ask: Ask, caller: Caller) -> Answer:
        """GET /segments/items."""
        site = ask.query.get("siteCode")
        active = ask.query["onlyActive"]
        own = set(self.segments) if self.reads_all(caller) else self.own_segments(ask, caller)
        wanted = [
            key
            for key in self.items
            if key[0] in own
            and (not site or self.segments[key[0]]["siteCode"] == site)
            and (not active or self.is_active(self.segments[key[0]]))
        ]
        return self.page(ask, [self.items[key] for key in wanted])

    def match(self, ask: Ask, caller: Caller) -> Answer:
        """POST /segments/match."""
        body = ask.body
        site = body.get("site", body.get("siteCode"))
        counted = [
            segment_id
            for segment_id in body["segmentIds"]
            if segment_id in self.segments
            and self.is_active(self.segments[segment_id])
            and (
                self.choices["match-site"] == "ignore"
                or self.segments[segment_id]["siteCode"] == site
            )
        ]
        found: list[str] = []
        for item in body["items"]:
            product = item.get("id", "")
            ways = [("PRODUCT", product)]
            for category in self.shelves["PRODUCT"].get(product, {}).get("categoryIds", []):
                above = (
                    self.above(category) if self.choices["match-ancestors"] == "ancestors" else []
                )
                ways += [("CATEGORY", one) for one in (category, *above)]
            held = any((segment_id, *way) in self.items for segment_id in counted for way in ways)
            if held and product not in found:
                found.append(product)
        return Answer(200, [{"id": product} for product in found])

    def above(self, category: str) -> list[str]:
        """Return the categories above one."""
        parent = self.shelves["CATEGORY"][category].get("parentId")
        return [parent, *self.above(parent)] if parent else []

    def trees(self, ask: Ask, caller: Caller) -> Answer:
        """GET /segments/items/category-trees."""
        site = ask.query.get("siteCode")
        own = self.own_segments(ask, caller)
        chosen = {
            key[2]
            for key in self.items
            if key[0] in own
            and key[1] == "CATEGORY"
            and key[2] in self.shelves["CATEGORY"]
            and (not site or self.segments[key[0]]["siteCode"] == site)
        }
        categories = self.shelves["CATEGORY"]
        if self.choices["tree-descendants"] == "include":
            chosen |= {one for one in categories if chosen & set(self.above(one))}
        wanted = chosen | {label for one in chosen for label in self.above(one)}

        def nodes(parent: str | None) -> list[Row]:
            here = [row for row in categories.values() if row.get("parentId") == parent]
            here.sort(key=lambda row: (row["position"], row["id"]))
            return [node(row) for row in here if row["id"] in wanted and self.is_shown(row)]

        def node(row: Row) -> Row:
            texts = ("name", "localizedDescription", "localizedSlug")
            header = ask.headers.get("Accept-Language")
            return row | {
                **{name: spoken(row[name], header) for name in texts if name in row},
                "isSegmentAssigned": row["id"] in chosen,
                "subcategories": nodes(row["id"]),
            }

        return Answer(200, nodes(None))

    def is_shown(self, category: Row) -> bool:
        """Return whether a category is in trees now; not every ledger has these choices."""
        if not category["published"] and self.choices.get("tree-unpublished") == "hide":
            return False
        return self.choices.get("tree-validity") != "hide" or self.is_now(category)
