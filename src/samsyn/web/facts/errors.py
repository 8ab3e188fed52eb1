"""What can stop an import or a withdrawal, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as _

from samsyn.domain.errors import SamsynError
from samsyn.store.tables import Question, RowError


class UnknownDatasetHere(SamsynError):
    """The reader asked for a version that is not there for them."""

    code = "SAM630"
    template = _("There is no version %(version)s of %(dataset)s here.")
    mend = _("Choose one in the list of data sets.")


class NothingToRead(SamsynError):
    """Neither text nor file was handed in."""

    code = "SAM631"
    template = _("There is nothing to read.")
    mend = _("Paste the table, or choose a file.")


class FileTooLarge(SamsynError):
    """The file is larger than a published table is."""

    code = "SAM632"
    template = _("%(file)s is %(size)s MB; at most %(most)s MB can be read.")
    mend = _("Take out the sheet or the years that are to be loaded, and choose that file.")


class UnknownFileKind(SamsynError):
    """The file is neither text nor a workbook."""

    code = "SAM633"
    template = _("%(file)s is not a kind of file that can be read.")
    mend = _("Save the table as CSV, XLSX or JSON-stat2, or paste it as text.")


class NotReady(SamsynError):
    """The table can not be loaded yet; everything that remains is listed."""

    code = "SAM634"
    template = _("Nothing was loaded: %(count)s things remain.")
    mend = _("Answer the questions and mend what the preview lists.")

    def __init__(
        self, *, unanswered: Sequence[Question], errors: Sequence[RowError], about: Sequence[str]
    ) -> None:
        self.unanswered = tuple(unanswered)
        self.errors = tuple(errors)
        self.about = tuple(about)
        super().__init__(count=len(self.unanswered) + len(self.errors) + len(self.about))


class NameTaken(SamsynError):
    """Another data set has the short name that the title gives."""

    code = "SAM635"
    template = _("There is already a data set called %(title)s.")
    mend = _("Load a new version from its page, or choose another title.")


class ReasonMissing(SamsynError):
    """A new version of a data set needs a reason."""

    code = "SAM636"
    template = _("It is not said why %(title)s is loaded anew.")
    mend = _("Write in a sentence what the new version corrects or adds.")


class DraftGone(SamsynError):
    """The draft is loaded already."""

    code = "SAM637"
    template = _("%(file)s is loaded already.")
    mend = _("Open the data set. To change something, load a new version.")


class EventFileTooLarge(SamsynError):
    """A file of events that a page should not make somebody wait for."""

    code = "SAM692"
    template = _("%(file)s is too large for this page: %(size)s; at most %(most)s. Nothing was loaded.")
    mend = _("Load larger files with samsyn ingest-events; the guide on loading events shows how.")


class MappingNotText(SamsynError):
    """A mapping file that is not text in UTF-8."""

    code = "SAM693"
    template = _("The mapping %(file)s is not text in UTF-8.")
    mend = _("Save the mapping as plain text in UTF-8, and choose it again.")
