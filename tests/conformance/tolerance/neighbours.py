"""Others who work at the target between any two requests of the kit: wires of variants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

from conformance.exchange import Request, Response

from .varied import Send, Target, Wire

CATEGORIES = (
    "beans", "espresso-machines", "headphones", "coffee-machines", "lighting", "desk-lamps",
)  # fmt: skip
"""Categories that the configuration of the bundled mock knows, too."""

Step = tuple[str, str, object]
"""Method, path and JSON body."""


def beside(steps: Iterator[Step], headers: dict[str, str], every: int) -> Wire:
    """Take one of the neighbour's steps before each so-many-th request."""

    def wire(target: Target) -> Send:
        send, seen = target.send, [0]

        def sent(request: Request) -> Response:
            seen[0] += 1
            if seen[0] % every == 0:
                method, url, body = next(steps)
                data = b"" if body is None else json.dumps(body).encode()
                own = {**headers, "Content-Type": "application/json"}
                response = target.inner.send(Request(method, url, tuple(own.items()), data))
                assert response.status < 400, (method, url, response)
            return send(request)

        return sent

    return wire


def emporix(target: Target) -> Send:
    """Somebody who makes, fills, changes and deletes segments and coupons of its own."""
    headers = {"Authorization": "Bearer demo-acme-manager"}
    return beside(_emporix_steps(), headers, 2)(target)


def _emporix_steps() -> Iterator[Step]:
    root = "/customer-segment/acme/segments"
    customers = ("C0123456789", "C0123456786", "C0123456788", "C01234567989")
    for n in count():
        named = f"scneighbour{n}"
        name = {"en": f"Conformance neighbour {n}", "de": "Nachbar"}
        body = {"name": name, "siteCode": "main", "status": "ACTIVE"}
        yield "PUT", f"{root}/{named}", body
        for customer in customers:
            yield "PUT", f"{root}/{named}/customers/{customer}", {}
        yield "PUT", f"{root}/{named}/customers/C0123456788/le-okafor-trading", {}
        yield "PUT", f"{root}/{named}/items/PRODUCT/p1234", {}
        category = CATEGORIES[n % len(CATEGORIES)]
        yield "PUT", f"{root}/{named}/items/CATEGORY/{category}", {}
        coupon = f"NEIGHBOUR{n}"
        yield "POST", "/coupon/acme/coupons", {"code": coupon, "name": "Conformance neighbour"}
        yield (
            "PATCH",
            f"{root}/{named}",
            [{"op": "replace", "path": "/status", "value": "INACTIVE"}],
        )
        yield "PUT", f"{root}/{named}", {**body, "siteCode": "de"}
        yield "DELETE", f"/coupon/acme/coupons/{coupon}", None
        if n >= 3:
            yield "DELETE", f"{root}/scneighbour{n - 3}?forceDelete=true", None


def openloyalty(target: Target) -> Send:
    """Somebody who makes, switches, changes and removes segments of its own."""
    headers = {"X-AUTH-TOKEN": "manager-segment-demo-key"}
    made: list[str] = []
    send, seen = target.send, [0]

    def step(method: str, path: str, body: object = None) -> Response:
        data = b"" if body is None else json.dumps(body).encode()
        own = tuple({**headers, "Content-Type": "application/json"}.items())
        response = target.inner.send(Request(method, f"/api/default/segment{path}", own, data))
        assert response.status < 400, (method, path, response)
        return response

    def sent(request: Request) -> Response:
        seen[0] += 1
        form = {"name": f"Conformance neighbour {seen[0]}", "active": seen[0] % 3 == 0}
        form |= {"parts": [{"criteria": [{"type": "transaction_count", "min": 1, "max": 99}]}]}
        if seen[0] % 3 == 0:
            made.append(json.loads(step("POST", "", {"segment": form}).body)["segmentId"])
        elif seen[0] % 3 == 1 and made:
            step("PUT", f"/{made[-1]}", {"segment": form})
            step("POST", f"/{made[-1]}/activate")
        elif len(made) > 4:
            step("DELETE", f"/{made.pop(0)}")
        return send(request)

    return sent


def akinon(target: Target) -> Send:
    """Other visitors, and another user who signs in, chooses and recalculates."""
    send, seen = target.send, [0]
    json_ = ("Content-Type", "application/json")

    def cookies(response: Response) -> dict[str, str]:
        pairs = [v.partition(";")[0] for n, v in response.headers if n.lower() == "set-cookie"]
        return dict(pair.split("=", 1) for pair in pairs)

    def signed_in() -> tuple[tuple[str, str], ...]:
        first = cookies(target.inner.send(Request("GET", "/csrf_token/")))
        proof = (("Cookie", f"csrftoken={first['csrftoken']}"), ("X-CSRFToken", first["csrftoken"]))
        words = {"email": "dmitri.petrov@example.com", "password": "segment-demo"}
        data = json.dumps(words).encode()
        response = target.inner.send(Request("POST", "/users/login/", (*proof, json_), data))
        assert response.status == 200, response
        held = cookies(response)
        cookie = "; ".join(f"{name}={value}" for name, value in held.items())
        return (("Cookie", cookie), ("X-CSRFToken", held["csrftoken"]))

    def sent(request: Request) -> Response:
        seen[0] += 1
        if seen[0] % 2 == 0:
            target.inner.send(Request("GET", "/baskets/basket/"))
        if seen[0] % 5 == 0:
            who = signed_in()
            target.inner.send(Request("POST", "/users/segments/recalculate_segment/", who))
            offers = json.loads(target.inner.send(Request("GET", "/users/segments/", who)).body)
            if offers:
                path = f"/users/segments/{offers[-1]['pk']}/set/"
                target.inner.send(Request("POST", path, who))
        return send(request)

    return sent
