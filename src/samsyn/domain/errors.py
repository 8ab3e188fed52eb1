"""One family of errors: what happened, where, what was expected and how to mend it."""

from __future__ import annotations

from typing import Any, ClassVar


class SamsynError(Exception):
    """Something a person can mend.

    A subclass gives a stable ``code``, a ``template`` that says what happened and where, and a ``mend``
    that says what to do. Both are English message ids with named placeholders, so that the web, the
    command line and the reports speak the same sentence in the reader's language.

    Parameters
    ----------
    **facts
        The values of the placeholders.

    Examples
    --------
    >>> class Missing(SamsynError):
    ...     code = "SAM999"
    ...     template = "%(file)s is not there."
    ...     mend = "Give the path of a file that exists."
    >>> str(Missing(file="a.csv"))
    'SAM999: a.csv is not there. Give the path of a file that exists.'
    """

    code: ClassVar[str] = ""
    template: ClassVar[str] = ""
    mend: ClassVar[str] = ""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(f"{self.code}: {self.template % facts} {self.mend % facts}".strip())
