"""Why a question about events gets no answer, in words that say what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from samsyn.domain.errors import SamsynError


class EngineCannot(SamsynError):
    """The question needs something that the chosen engine has not declared."""

    code = "SAM250"
    template = "The engine %(engine)s can not answer questions that need %(what)s."
    mend = "Ask without it, or choose another engine; duckdb: answers every question."


class EngineUnknown(SamsynError):
    """An address that names no engine."""

    code = "SAM251"
    template = "%(url)s names no engine."
    mend = "Write duckdb:, memory:, sail:, sail://host:port, sc://host:port or spark://host:port."


class EngineMissing(SamsynError):
    """An engine whose program or server is not there."""

    code = "SAM252"
    template = "The engine %(engine)s can not be reached: %(problem)s."
    mend = "Install what the engine needs and start its server, or ask without --engine."


class InvalidEventQuery(SamsynError, ValueError):
    """A question that is put together in a way that has no answer.

    Each broken rule has a sentence of its own, so that it can be told in the reader's language.
    """

    code = "SAM253"
    template = "The question can not be asked as it stands: %(what)s."
    mend = "Correct the question; the page of the error lists what it may hold."
    sentences: ClassVar[Mapping[str, str]] = {
        "by": "Events can not be divided by %(what)s.",
        "codes": "Codes of areas need their scheme and a scheme needs codes: %(what)s.",
        "hours": "Hours are 0 to 23, and -1 for unknown: %(what)s.",
        "key": "A question has no part named %(what)s.",
        "list": "%(what)s is a list of names, not one text.",
        "name": "%(what)s can not be the name of a scheme or an attribute.",
        "value": "A part of the question has the wrong form: %(what)s.",
        "versions": "A question pins at most one version of each data set: %(what)s.",
        "weekdays": "Weekdays are 0 (Monday) to 6: %(what)s.",
    }

    def __init__(self, *, rule: str, what: str) -> None:
        self.template = self.sentences[rule]  # type: ignore[misc]
        super().__init__(rule=rule, what=what)


class NotInTheEvents(SamsynError):
    """A kind, a scheme or an attribute that the data set does not have."""

    code = "SAM254"
    template = "%(dataset)s has no %(part)s %(wanted)s. It has: %(known)s."
    mend = "Choose one that the data set has, or name the data sets that have it."


class PositionsTooCoarse(SamsynError):
    """Areas were asked for that are finer than the positions."""

    code = "SAM255"
    template = "The positions of %(dataset)s are too coarse for %(wanted)s."
    mend = "Ask for larger areas. A point that stands for a whole municipality lies in no quarter of it."


class DatasetsAdded(SamsynError):
    """Several data sets would be added without anyone having said so."""

    code = "SAM256"
    template = "The answer would add several data sets: %(datasets)s. The same event may be in more than one."
    mend = "Name the data sets that may be added, or divide by dataset."


class TimesTooCoarse(SamsynError):
    """Hours or days were asked for that the times do not tell."""

    code = "SAM257"
    template = "The times of %(dataset)s are too coarse for %(wanted)s."
    mend = "Ask by month or year, or by day where only the hour is not known."


class OnlyForTheOwner(SamsynError):
    """A question that is finer than what other organisations than the owner may meet."""

    code = "SAM258"
    template = "Only the organisation that owns %(dataset)s may ask this of it: %(why)s."
    mend = "Ask by kind, by area:%(scheme)s and by month or year, over whole months or years, no more."
    sentences: ClassVar[Mapping[str, str]] = {
        "added": "totals over kinds or areas, or several data sets, may give a small count away",
        "fine": "hours, days, weeks, attributes, places and other areas may give a small count away",
        "period": "the period is not made of whole months or years",
        "versions": "the difference of two versions may give a small count away",
    }

    def __init__(self, *, rule: str, dataset: str, scheme: str) -> None:
        super().__init__(rule=rule, dataset=dataset, scheme=scheme, why=self.sentences[rule])
