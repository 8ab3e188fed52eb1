"""What can stop events on their way in, in words that say what to do next."""

from __future__ import annotations

from samsyn.domain.errors import SamsynError


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
