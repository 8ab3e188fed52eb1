"""What can go wrong while a study runs; codes SAM4xx. What a study cannot say is a finding, not an error."""

from __future__ import annotations

from samsyn.domain.errors import SamsynError


class UnreadableFindings(SamsynError):
    """Stored findings cannot be read back."""

    code = "SAM401"
    template = "The stored findings cannot be read at %(where)s: %(reason)s."
    mend = "Make the situational picture again from the data, or open it with the program version that wrote it."


class NotDisclosed(SamsynError):
    """Figures failed the audit that every table must pass before it leaves."""

    code = "SAM402"
    template = "The figures of %(series)s cannot be shown to %(audience)s without giving away a hidden number."
    mend = "Choose a wider area or a longer period, or fewer parts of the same total."


class ThresholdOutOfRange(SamsynError):
    """The disclosure threshold is outside what the rule allows."""

    code = "SAM403"
    template = "The threshold for small numbers is %(k)s; it must be from %(low)s to %(high)s."
    mend = "Set a threshold inside the range; five is the usual one."
