"""What the answers about disclosure, readings and simulation mean, in sentences.

Facts come from `to_dict()`; nothing is computed here but signs and per cent.
"""

from __future__ import annotations

from samsyn.reports.explain_parts import Facts, Tell, change_of_ratio, number
from samsyn.reports.texts import READINGS
from samsyn.reports.words import Words


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


def _publication(spoken: Words, facts: Facts) -> list[str]:
    said = []
    if facts["tables"]:
        said.append(spoken.gettext(_("May be published: %(names)s."), names=spoken.listing(facts["tables"])))
    if facts["refused"]:
        said.append(
            spoken.gettext(_("May not be published: %(names)s."), names=spoken.listing(facts["refused"]))
        )
    if facts["hidden"]:
        said.append(
            spoken.gettext(
                _(
                    "Hidden figures: %(hidden)s, of which %(small)s because they are small "
                    "and %(others)s so that "
                    "those cannot be worked out."
                ),
                hidden=number(spoken, facts["hidden"]),
                small=number(spoken, facts["primary"]),
                others=number(spoken, facts["secondary"]),
            )
        )
    said.append(
        spoken.gettext(
            _("The audit found no way to work out a small number, also from what is already published.")
            if facts["audit_passed"]
            else _("What is already published tells a small number, so nothing more should leave.")
        )
    )
    return said


def _table(spoken: Words, facts: Facts) -> list[str]:
    if not facts["hidden"]:
        return [spoken.gettext("Nothing needs to be hidden.")]
    return [
        spoken.ngettext(
            "%(n)s figure is hidden, so that no small number can be worked out.",
            "%(n)s figures are hidden, so that no small number can be worked out.",
            facts["hidden"],
        ),
        spoken.gettext(_("It holds for this table alone; tables that belong together are judged together.")),
    ]


def _hidden_share(spoken: Words, facts: Facts) -> list[str]:
    return [
        spoken.gettext(
            _("The share must be hidden, because it would tell a small number.")
            if facts["value"]
            else _("The share may be shown.")
        )
    ]


def _readings(spoken: Words, facts: Facts) -> list[str]:
    known = {str(code): text for code, text in READINGS.items()}
    said = [spoken.gettext(known[code]) for code in facts["results"] if code in known]
    return [
        *said,
        spoken.gettext(_("The figures do not choose between the readings; ask what would settle it.")),
    ]


def _simulated(spoken: Words, facts: Facts) -> list[str]:
    said = [
        spoken.gettext(_("The figures are made up, to try a method on; they tell nothing of a real place."))
    ]
    if facts.get("true_ratio") is not None:
        said.append(
            spoken.gettext(
                _("The true change built into them is %(change)s."),
                change=change_of_ratio(spoken, facts["true_ratio"]),
            )
        )
    if facts.get("true_risk") is not None:
        said.append(
            spoken.gettext(
                _("Inside the cluster the true risk is %(value)s times that outside."),
                value=number(spoken, facts["true_risk"]),
            )
        )
    if facts.get("change_at") is not None:
        said.append(
            spoken.gettext(
                _("The true change comes in period %(at)s."), at=number(spoken, facts["change_at"] + 1)
            )
        )
    return said


TELL_DISCLOSURE: dict[str, Tell] = {
    "may-publish": _publication,
    "protect-table": _table,
    "share-is-hidden": _hidden_share,
    "readings": _readings,
    "simulate-before-after": _simulated,
    "simulate-near-repeat": _simulated,
    "simulate-series": _simulated,
    "simulate-cluster": _simulated,
}
