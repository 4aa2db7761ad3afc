"""The services beside the segment service that shops use with it: coupons and the catalogue.

| File | Holds |
|---|---|
| `shop.py` | the state of all of them, as part of a tenant's world |
| `access.py`, `listing.py`, `wire.py` | what they share: scopes, pages and orders, error bodies |
| `coupons/`, `catalogue/` | one service each: nouns, rules, operations |
"""
