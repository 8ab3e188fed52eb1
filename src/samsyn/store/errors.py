"""What can go wrong in the store, in words that say what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from samsyn.domain.errors import SamsynError

if TYPE_CHECKING:
    from samsyn.store.rules import RowError


class InvalidRows(SamsynError):
    """Rows that break the rules; ``errors`` holds every one of them and nothing was loaded."""

    code = "SAM200"
    template = "Nothing was loaded from %(file)s. Errors: %(count)d, the first on row %(row)d, in %(column)s."
    mend = "Go through the list of rows, correct them in the file and load it again."

    def __init__(self, *, file: str, errors: tuple[RowError, ...]) -> None:
        self.errors = errors
        super().__init__(file=file, count=len(errors), row=errors[0].row, column=errors[0].column)


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
    """A name, a series or an area that is declared in a way the store can not use.

    Each broken rule has a sentence of its own, so that it can be told in the reader's language.
    """

    code = "SAM209"
    template = "%(what)s can not be used in the description of a data set."
    mend = "Correct the description of the data set and load the file again."
    sentences: ClassVar[Mapping[str, str]] = {
        "name": "%(what)s is not a usable name: only a-z, 0-9, hyphen and underscore.",
        "dash": "%(what)s does not say what a dash means: zero, missing, or empty while nobody has asked.",
        "series_twice": "The series %(what)s is described twice.",
        "area_twice": "The area %(what)s is described twice.",
        "area_key": "The area %(what)s lacks scheme, code or vintage.",
        "mean_code": "The code snitt is for the mean of a scheme and nothing else, which %(what)s breaks.",
        "no_total": "The series %(what)s is a part of a total that is not described.",
        "own_total": "The series %(what)s is, in the end, a part of itself.",
    }

    def __init__(self, *, rule: str, what: str) -> None:
        self.template = self.sentences[rule]  # type: ignore[misc]
        super().__init__(rule=rule, what=what)


# SAM210–SAM249: reading tables (samsyn/store/tables).


class UnknownEncoding(SamsynError):
    """Bytes that are no text in the encodings that are in use here."""

    code = "SAM210"
    template = "The file is not text that can be read."
    mend = "Save it from the spreadsheet as CSV UTF-8 and choose it again."


class UnreadableWorkbook(SamsynError):
    """A workbook that can not be opened."""

    code = "SAM211"
    template = "The workbook can not be opened: %(problem)s."
    mend = "Save it as .xlsx without a password and choose it again."


class NoTable(SamsynError):
    """Nothing in what was handed in looks like a table of figures."""

    code = "SAM212"
    template = "No table was found: there are no figures under headings."
    mend = "Copy the whole table with its headings, areas and years, and paste it again."


class BrokenRun(SamsynError):
    """Figures that do not fill the rows and columns of their block."""

    code = "SAM213"
    template = "Line %(row)d: %(count)d figures follow %(cell)s, which does not fill %(periods)d at a time."
    mend = "Compare with the report: a figure may be lost or doubled. Paste the block again, or as rows."


class RowDoesNotFit(SamsynError):
    """A row with more or fewer figures than there are headings."""

    code = "SAM214"
    template = "Line %(row)d: the figures can not be divided into the %(wanted)d columns of the heading."
    mend = "Put a tab between the figures of the row, and a dash or two dots where there is none."


class UnreadableFigure(SamsynError):
    """A cell that is neither a figure nor a sign that stands for one."""

    code = "SAM215"
    template = 'Row %(row)d, column %(column)d: "%(cell)s" is not a figure.'
    mend = "Correct the cell as it stands in the report."


class StrayFigure(SamsynError):
    """A figure that belongs to no row of any table."""

    code = "SAM216"
    template = "Line %(row)d: the figure %(cell)s belongs to no area and period."
    mend = "Take it away if it is no part of the table; else paste the table again with its headings."


class Unanswered(SamsynError):
    """A question that has to be answered before the figures can be used."""

    code = "SAM217"
    template = "A question about %(subject)s has not been answered."
    mend = "Choose an answer. When the report does not say, ask those who made it."


class UnknownAnswer(SamsynError):
    """An answer that is not one of those offered."""

    code = "SAM218"
    template = '"%(answer)s" is no answer to the question about %(subject)s.'
    mend = "Choose one of the answers that are offered."


class SeriesIncomplete(SamsynError):
    """A column of figures whose meaning has not been said."""

    code = "SAM219"
    template = "The series %(subject)s is not fully described."
    mend = "Write the definition as the report gives it, and choose source kind and crime type."


class AreaIncomplete(SamsynError):
    """A place name that has not been tied to a geography."""

    code = "SAM220"
    template = "The area %(subject)s is not tied to a geography."
    mend = "Choose geography, code (or a short name where there is none) and vintage, or say it is unknown."


class PeriodUnknown(SamsynError):
    """Figures without a period that can be placed in the calendar."""

    code = "SAM221"
    template = 'Row %(row)d: the period of "%(cell)s" is not known.'
    mend = "Give the first and the last day that the figures cover."


class SourceMissing(SamsynError):
    """A table without a source."""

    code = "SAM222"
    template = "The source of the table is not stated."
    mend = "Write who published the figures, in which report and table."


class LicenceMissing(SamsynError):
    """A table without terms of use."""

    code = "SAM223"
    template = "It is not stated under which terms the figures may be used."
    mend = "Write the licence, or that it is a public document."


class PersonColumns(SamsynError):
    """A table with columns about persons; nothing of it is kept."""

    code = "SAM224"
    template = "The table has columns about persons: %(columns)s. Nothing of it has been kept."
    mend = "Take the columns away and hand in sums per area and period."


class TotalDiffers(SamsynError):
    """A total that is not the sum of its parts."""

    code = "SAM225"
    template = "Row %(row)d: the total is %(total)s but its parts add up to %(sum)s."
    mend = "Compare with the report. If it prints the difference, say why; else correct the figure."


class FigureTwice(SamsynError):
    """The same series, area and period in two cells."""

    code = "SAM226"
    template = "Row %(row)d: the figure for %(subject)s is also on row %(other)d."
    mend = "Keep one of them, or say what makes them different."


class NotAShare(SamsynError):
    """A per cent figure that can not be a share."""

    code = "SAM227"
    template = "Row %(row)d: %(cell)s can not be a share of a whole."
    mend = "Correct the figure, or say that the column is no share."


class NegativeCount(SamsynError):
    """A count below zero."""

    code = "SAM228"
    template = "Row %(row)d: a number of events can not be %(cell)s."
    mend = "Correct the figure; a dash in front of a figure is often a sign for a range or a change."


class AxisUnknown(SamsynError):
    """A column or a row of labels that is neither area, period nor crime."""

    code = "SAM229"
    template = 'It is not clear what "%(subject)s" is: an area, a period or a kind of crime.'
    mend = "Say what the column holds."


# SAM240–SAM243 are those of moving and mapping event data sets (samsyn/store/events).


class NotACube(SamsynError):
    """A file that is called JSON but is not JSON-stat 2."""

    code = "SAM244"
    template = "The file is not in the form JSON-stat 2."
    mend = "Choose the format JSON-stat2 where the table is fetched, and hand in that file."


class DimensionBroken(SamsynError):
    """A dimension whose categories are not as many as the file says, or stand there twice."""

    code = "SAM245"
    template = "The dimension %(subject)s should have %(wanted)d categories; the file describes %(count)d."
    mend = "Fetch the table again; the file is cut short, or changed by hand."


class CubeSizeDiffers(SamsynError):
    """A list with more or fewer figures than the dimensions give room for."""

    code = "SAM246"
    template = "The list %(subject)s should have %(wanted)d entries, but %(count)d stand in the file."
    mend = "Fetch the table again; the file is cut short, or changed by hand."


class CubeTooLarge(SamsynError):
    """A cube with more figures than can be looked through."""

    code = "SAM247"
    template = "The table has %(count)d figures; at most %(most)d can be read at a time."
    mend = "Choose fewer areas, periods or kinds where the table is fetched."


class OnlyLinks(SamsynError):
    """A collection that holds no figures, only the addresses of files that do."""

    code = "SAM248"
    template = "The collection holds no figures, it only points at other files: %(names)s."
    mend = "Fetch each of them as JSON-stat2 and hand them in one at a time. Nothing is fetched from here."


class CellUnreadable(SamsynError):
    """A cell that does not hold what its heading says."""

    code = "SAM249"
    template = 'Row %(row)d: "%(cell)s" does not fit under %(heading)s.'
    mend = "Take the file as the source published it; a spreadsheet may have changed dates and codes."
