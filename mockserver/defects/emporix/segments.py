"""Segments that are made and read in the wrong way."""

from __future__ import annotations

from mockserver.defects import changes
from mockserver.kernel.defect import Defect

CREATE = "POST-customer-segment-create-segment"

DEFECTS = (
    Defect(
        name="emporix.create-answers-200",
        violates=("EMX-050",),
        summary="A new segment is answered with 200.",
        kind="status",
        operations=(CREATE,),
        change=changes.status(200, CREATE),
    ),
    Defect(
        name="emporix.id-in-body-ignored",
        violates=("EMX-052",),
        summary="The id in the body is ignored; the service makes one up.",
        kind="state",
        operations=(CREATE,),
        change=changes.with_body(
            lambda body: {name: value for name, value in body.items() if name != "id"}, CREATE
        ),
    ),
)
