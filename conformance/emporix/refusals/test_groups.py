"""What the operations on groups in segments refuse, each provoked once (2026-09)."""

from __future__ import annotations

import pytest

from conformance.emporix import groups
from conformance.emporix import operations as op
from conformance.emporix.case import Emporix
from conformance.emporix.groups import READS
from conformance.judging import judges


@judges("EMX-401")
@pytest.mark.parametrize("operation", READS)
def test_groups_are_not_read_with_other_scopes(emporix: Emporix, operation: str) -> None:
    """A token with neither segment_read nor segment_read_own may not read groups."""
    # Not one with segment_manage: whether that lets read is nowhere said.
    group = groups.customer_groups(emporix)[0]
    segment = emporix.segment()
    groups.assign(emporix, segment, group)
    reply, _ = groups.assignment(emporix, operation, segment, group, by="coupon_read")
    emporix.judge("EMX-401", reply).status(403)


@judges("EMX-402")
@pytest.mark.parametrize("name", ["read", "customer", "coupon_manage"])
def test_groups_are_not_assigned_without_segment_manage(emporix: Emporix, name: str) -> None:
    """Assigning a group without segment_manage is answered with 403."""
    group = groups.customer_groups(emporix)[0]
    segment = emporix.segment()
    emporix.judge("EMX-402", groups.put(emporix, segment, group, by=name)).status(403)
    made = groups.read(emporix, segment, group)
    emporix.judge("EMX-402", made).that(made.status != 200, "no assignment", made.text[:200])


@judges("EMX-402")
@pytest.mark.parametrize("name", ["read", "customer", "coupon_manage"])
def test_groups_are_not_taken_out_without_segment_manage(emporix: Emporix, name: str) -> None:
    """Taking a group out without segment_manage is answered with 403."""
    group = groups.customer_groups(emporix)[0]
    segment = emporix.segment()
    groups.assign(emporix, segment, group)
    path = {"segmentId": segment, "groupId": group}
    reply = emporix.send(op.REMOVE_GROUP, by=name, path=path)
    emporix.judge("EMX-402", reply).status(403)
    emporix.judge("EMX-402", groups.read(emporix, segment, group)).status(200)


@judges("EMX-403")
def test_only_groups_of_customers_are_assigned(emporix: Emporix) -> None:
    """A group whose userType is not CUSTOMER is answered with 400."""
    others = [
        str(each["id"])
        for each in emporix.known("groups", "user_type")
        if each["user_type"] != "CUSTOMER"
    ]
    if not others:
        raise emporix.lacking("emporix.known.groups with another user_type than CUSTOMER")
    segment = emporix.segment()
    reply = groups.put(emporix, segment, others[0])
    emporix.judge("EMX-403", reply).status(400)
    made = groups.read(emporix, segment, others[0])
    emporix.judge("EMX-403", made).that(made.status != 200, "no assignment", made.text[:200])


@judges("EMX-410")
def test_a_group_that_is_not_assigned_is_not_found(emporix: Emporix) -> None:
    """Reading a group that is not assigned to the segment is answered with 404."""
    segment = emporix.segment()
    for group in (groups.customer_groups(emporix)[0], emporix.fresh_id()):
        emporix.judge("EMX-410", groups.read(emporix, segment, group)).status(404)
