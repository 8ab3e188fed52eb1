"""What can stop events on their way in, in words that say what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samsyn.domain.errors import SamsynError

if TYPE_CHECKING:
    from samsyn.store.events.findings import Findings


class DiskFull(SamsynError):
    """The disk has no room for the events."""

    code = "SAM230"
    template = "There is no room on the disk for %(dataset)s. Nothing was loaded."
    mend = "Make room where SAMSYN_HOME lies, and load the file again."


class NothingToKeep(SamsynError):
    """A file without a single event that can be used."""

    code = "SAM231"
    template = "%(file)s holds no event that can be used. Nothing was loaded."
    mend = "Check that file and mapping belong together; a trial run lists what was left out and why."


class MappingUnreadable(SamsynError):
    """A mapping file that is not TOML."""

    code = "SAM232"
    template = "The mapping %(file)s can not be read: %(problem)s."
    mend = "Correct the line that is named; the reference page about mappings shows the format."


class MappingInvalid(SamsynError):
    """A mapping that says something it may not; ``problems`` holds all of it."""

    code = "SAM233"
    template = "The mapping %(file)s can not be used. Problems: %(count)d: %(problems)s."
    mend = "Correct all of them; the reference page about mappings lists every key and its values."

    def __init__(self, *, file: str, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(file=file, count=len(problems), problems="; ".join(problems[:30]))


class UnknownMapping(SamsynError):
    """Neither a ready mapping nor a file."""

    code = "SAM234"
    template = "There is no mapping named %(wanted)s. Closest: %(nearest)s."
    mend = "Give the name of a ready mapping or the path of a mapping file."


class EventColumnsMissing(SamsynError):
    """The file's heading is not the one that the mapping speaks of."""

    code = "SAM235"
    template = "%(file)s lacks columns that the mapping reads: %(missing)s. It has: %(found)s."
    mend = "Check that file and mapping belong together, or correct the names in the mapping."


class UnreadableEvents(SamsynError):
    """Bytes that are not the kind of file that the mapping says."""

    code = "SAM236"
    template = "%(file)s can not be read as %(type)s: %(problem)s."
    mend = "Export the file again, or correct the table file of the mapping."


class InvalidEvents(SamsynError):
    """A file with cells that break the mapping's rules; nothing was loaded."""

    code = "SAM237"
    template = "Nothing was loaded from %(file)s. Errors: %(count)d. %(first)s"
    mend = "Correct the file or the mapping; the list names row, column and rule of each error."

    def __init__(self, *, file: str, found: Findings) -> None:
        self.found = found
        super().__init__(file=file, count=found.count, first=found.first())


class PersonValues(SamsynError):
    """Cells that hold numbers of persons, whatever their heading says."""

    code = "SAM238"
    template = "%(file)s has personal numbers in the column %(column)s. Nothing of it has been kept."
    mend = "Take the column out of the file and out of the mapping."


class FileChanged(SamsynError):
    """The file is not the one that reading began with."""

    code = "SAM239"
    template = "%(file)s changed while it was read. Nothing was loaded."
    mend = "Wait until whatever writes the file is done, and load it again."


class NotAStoreAddress(SamsynError):
    """An address that names no folder and no object store."""

    code = "SAM241"
    template = "%(url)s names no folder or object store that can be written to."
    mend = "Write a whole address, as file:///srv/arkiv or s3://hink/arkiv."


class TargetTaken(SamsynError):
    """Something is there already under the name of the set."""

    code = "SAM242"
    template = "There is already something called %(dataset)s at %(target)s."
    mend = "Choose another address, or take away what is there."


class TransferTorn(SamsynError):
    """What arrived is not what was sent."""

    code = "SAM243"
    template = "%(file)s did not arrive as it was sent. Nothing has been taken away."
    mend = "Try again; if it happens twice, check the disk or the network."


class TooMuchLeftOut(SamsynError):
    """So many rows are impossible that the mapping must be wrong."""

    code = "SAM240"
    template = "%(left_out)d of %(rows)d rows in %(file)s can not be used: %(reasons)s. Nothing was loaded."
    mend = "Check time, zone and coordinate system of the mapping; or allow more in its table quarantine."
