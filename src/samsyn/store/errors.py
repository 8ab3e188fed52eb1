"""What can go wrong in the store, in words that say what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samsyn.domain.errors import SamsynError

if TYPE_CHECKING:
    from samsyn.store.rules import RowError


class InvalidRows(SamsynError):
    """Rows that break the rules; ``errors`` holds every one of them and nothing was loaded."""

    code = "SAM200"
    template = "%(file)s has %(count)d errors and nothing was loaded. The first: %(first)s"
    mend = "Go through the list of rows, correct them in the file and load it again."

    def __init__(self, *, errors: tuple[RowError, ...], **facts: Any) -> None:
        self.errors = errors
        super().__init__(count=len(errors), first=str(errors[0]) if errors else "", **facts)


class AlreadyLoaded(SamsynError):
    """The same bytes, read in the same way, are there already."""

    code = "SAM201"
    template = "%(file)s is already loaded as %(dataset)s, version %(version)d."
    mend = "Use that version, or choose the file you meant."


class UnknownDataset(SamsynError):
    """A data set that the store does not hold."""

    code = "SAM202"
    template = "There is no data set named %(wanted)s. Closest: %(nearest)s."
    mend = "Check the spelling against the list of data sets."


class UnknownVersion(SamsynError):
    """A version of a data set that the store does not hold."""

    code = "SAM203"
    template = "%(dataset)s has no version %(version)s. It has: %(known)s."
    mend = "Choose one of the versions that exist, or leave the version out to get the current one."


class BrokenVersion(SamsynError):
    """A version whose files no longer are what was loaded."""

    code = "SAM204"
    template = "%(dataset)s, version %(version)d, can not be trusted: %(problem)s."
    mend = "Restore its folder from the backup, or withdraw it and load the file again."


class UnknownSeries(SamsynError):
    """A series that no version has ever held."""

    code = "SAM205"
    template = "There is no series named %(wanted)s. Closest: %(nearest)s."
    mend = "Check the spelling against the list of series."


class CannotAdd(SamsynError):
    """A total was asked for where adding means nothing."""

    code = "SAM206"
    template = "%(series)s is given in %(unit)s and can not be added up."
    mend = "Ask for the values as they are, or choose a series that counts something."


class StoreBusy(SamsynError):
    """Another load holds the lock for too long."""

    code = "SAM207"
    template = "Another file is being loaded in %(workspace)s; waited %(seconds)d seconds."
    mend = "Wait until it is done and try again. Nothing has been changed."


class ReasonNeeded(SamsynError):
    """A withdrawal without a reason."""

    code = "SAM208"
    template = "%(dataset)s, version %(version)d, can not be withdrawn without a reason."
    mend = "Write in one sentence why the figures must no longer be used."


class InvalidDeclaration(SamsynError):
    """A name, a series or an area that is declared in a way the store can not use."""

    code = "SAM209"
    template = "%(what)s can not be used: %(problem)s."
    mend = "Correct the description of the data set and load the file again."


# SAM210–SAM249: reading tables (samsyn/store/tables).
