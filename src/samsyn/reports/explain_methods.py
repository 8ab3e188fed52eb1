"""What the answers of single methods mean: those about clusters and near repeats, and a list of all.

Facts come from `to_dict()`; nothing is computed here but per cent.
"""

from __future__ import annotations

from samsyn.reports.explain_disclosure import TELL_DISCLOSURE
from samsyn.reports.explain_effects import TELL_EFFECTS
from samsyn.reports.explain_parts import Facts, Tell, number
from samsyn.reports.explain_series import TELL_SERIES
from samsyn.reports.explain_surveys import TELL_SURVEYS
from samsyn.reports.words import Words


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


def _near_repeat(spoken: Words, facts: Facts) -> list[str]:
    cell = facts["cells"][facts["clearest"]]
    near, far = cell["distance"]
    early, late = cell["gap"]
    where = {
        "near": spoken.number(near, 0 if near == round(near) else 1),
        "far": _limit(spoken, far),
        "early": spoken.number(early, 0 if early == round(early) else 1),
        "late": _limit(spoken, late),
    }
    said = [
        spoken.gettext(
            _("Clearest: pairs %(near)s to under %(far)s metres and %(early)s to under %(late)s days apart."),
            **where,
        ),
        spoken.gettext(
            _("There are %(observed)s such pairs; chance gives %(expected)s."),
            observed=spoken.number(cell["observed"], 0),
            expected=spoken.number(cell["expected"], 1),
        ),
    ]
    message = (
        _("It is more than chance gives anywhere in the table (p %(p)s for the whole table).")
        if facts["p"] <= 0.05
        else _("That is within what chance gives somewhere in the table (p %(p)s for the whole table).")
    )
    return [*said, spoken.gettext(message, p="= " + spoken.number(facts["p"], 3))]


def _limit(spoken: Words, value: float | None) -> str:
    if value is None:
        return spoken.gettext("any number of")
    return spoken.number(value, 0 if value == round(value) else 1)


def _local_clusters(spoken: Words, facts: Facts) -> list[str]:
    said = [
        spoken.gettext(
            _("Of %(n)s areas, %(high)s stand out with more events around them and %(low)s with fewer."),
            n=spoken.number(facts["n"], 0),
            high=spoken.number(facts["high"], 0),
            low=spoken.number(facts["low"], 0),
        )
    ]
    if facts["high"] or facts["low"]:
        rate = spoken.percent(facts["false_discovery_rate"], 0, signed=False)
        said.append(
            spoken.gettext(_("On average at most %(rate)s of those marked are so by chance."), rate=rate)
        )
    else:
        said.append(spoken.gettext(_("All lie within what chance gives when every area is tried.")))
    return said


def _audited(spoken: Words, facts: Facts) -> list[str]:
    message = (
        _("Nothing small can be worked out from the table.")
        if facts["safe"]
        else _("Something small can be worked out from the table: it must not leave as it is.")
    )
    tried = spoken.ngettext(
        "%(n)s small hidden figure was tried.", "%(n)s small hidden figures were tried.", facts["checked"]
    )
    return [spoken.gettext(message), tried]


def _rings(spoken: Words, facts: Facts) -> list[str]:
    place = spoken.gettext(_("The place is %(area)s hectares."), area=number(spoken, facts["hectares"]))
    message = _("From %(inner)s to %(outer)s metres outside it there are %(area)s hectares.")
    return [
        place,
        *(
            spoken.gettext(
                message,
                inner=number(spoken, ring["inner"]),
                outer=number(spoken, ring["outer"]),
                area=number(spoken, ring["hectares"]),
            )
            for ring in facts["rings"]
        ),
    ]


def _rounded(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _(
                "%(changed)s figures were rounded to multiples of %(base)s; every total is the sum of "
                "its parts."
            ),
            changed=spoken.number(facts["changed"], 0),
            base=spoken.number(facts["base"], 0),
        ),
        spoken.gettext(_("Keep this rounding: another one of the same table would tell more.")),
    ]


TELL: dict[str, Tell] = {
    "audit-table": _audited,
    "round-table": _rounded,
    "buffer-rings": _rings,
    **TELL_EFFECTS,
    **TELL_SERIES,
    **TELL_SURVEYS,
    **TELL_DISCLOSURE,
    "near-repeat": _near_repeat,
    "local-clusters": _local_clusters,
}
