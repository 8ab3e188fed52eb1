"""What can go wrong while a study runs; codes SAM4xx. What a study cannot say is a finding, not an error."""

from __future__ import annotations

from samsyn.domain.errors import SamsynError


class UnreadableFindings(SamsynError):
    """Stored findings cannot be read back."""

    code = "SAM401"
    template = "The stored findings cannot be read at %(where)s: %(reason)s."
    mend = (
        "Make the situational picture again from the data, or open it with the program version that wrote it."
    )


class CannotCombine(SamsynError):
    """Two series were to share an axis although they measure different things."""

    code = "SAM402"
    template = "%(first)s and %(second)s cannot be drawn together: %(reason)s."
    mend = "Show them side by side, each with its own scale."
