"""Criterion types about custom events, campaigns, achievements and challenges."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from mockserver.vendors.openloyalty.activity import Series
from mockserver.vendors.openloyalty.criteria.days import Between, between_days, n_days_before
from mockserver.vendors.openloyalty.criteria.kind import Kind, Reading, Select, Values, within
from mockserver.vendors.openloyalty.fields import number, some, text, whole
from mockserver.vendors.openloyalty.population import Mask, Population

_EVENT = {"customEvent": text}
_COUNTS = {"min": whole(0), "max": whole(0)}
_AMOUNTS = {"min": number, "max": number}


def _triggered(values: Values, people: Population) -> Between:
    series = people.activity.events.get(values["customEvent"], Series())
    return lambda first, last: people.at(series.between(first, last))


def _last_custom_event_n_days_before(values: Values, people: Population, reading: Reading) -> Mask:
    return n_days_before(_triggered(values, people), values["days"], reading)


def _last_custom_event_between_days(values: Values, people: Population, reading: Reading) -> Mask:
    triggered = _triggered(values, people)
    return between_days(triggered, values["fromDays"], values["toDays"], reading)


def _campaign_completion(values: Values, people: Population, _: Reading) -> Mask:
    found = (people.activity.progress.get(("campaign", each)) for each in values["campaignIds"])
    return people.at(owner for series in found if series for owner in series.owners)


def _reached(kind: str, *ids: str) -> Select:
    """Return the selection by how far members have come; those without an entry stand at 0."""

    def select(values: Values, people: Population, _: Reading) -> Mask:
        series = people.activity.progress.get((kind, *(values[name] for name in ids)))
        return within(people.amounts(series), values["min"], values["max"])

    return select


_timed = partial(Kind, timed=True)

ENGAGEMENT: Mapping[str, Kind] = {
    "last_custom_event_n_days_before": _timed(
        "OLO-181", _EVENT | {"days": whole(1)}, _last_custom_event_n_days_before
    ),
    "last_custom_event_between_days": _timed(
        "OLO-182",
        _EVENT | {"fromDays": whole(0), "toDays": whole(0)},
        _last_custom_event_between_days,
    ),
    "campaign_completion": Kind("OLO-199", {"campaignIds": some(text)}, _campaign_completion),
    "achievement_completion_count": Kind(
        "OLO-200", {"achievementId": text, **_COUNTS}, _reached("achievement", "achievementId")
    ),
    "achievement_rule_progress": Kind(
        "OLO-201",
        {"achievementId": text, "ruleId": text, **_AMOUNTS},
        _reached("rule", "achievementId", "ruleId"),
    ),
    "challenge_campaign_completion_count": Kind(
        "OLO-202", {"campaignId": text, **_COUNTS}, _reached("challenge", "campaignId")
    ),
    "challenge_campaign_milestone_progress": Kind(
        "OLO-203",
        {"campaignId": text, "milestoneId": text, **_AMOUNTS},
        _reached("milestone", "campaignId", "milestoneId"),
    ),
}
