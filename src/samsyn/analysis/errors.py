"""Refusals of the statistics: which number is not given, why, and what would make it possible."""

from __future__ import annotations

from samsyn.domain.errors import SamsynError


class NotACount(SamsynError):
    """A count is negative, broken or not a number."""

    code = "SAM301"
    template = "%(value)s is not a count (%(where)s)."
    mend = "Give whole numbers from 0 and up; leave missing values out instead of writing a sign for them."


class NoExposure(SamsynError):
    """A length, an area, a population or another denominator is zero, negative or missing."""

    code = "SAM302"
    template = "%(value)s cannot be divided by (%(where)s)."
    mend = "Give the length of the period, the area or the number of people as a number above zero."


class ZeroBefore(SamsynError):
    """A relative change from zero is asked for."""

    code = "SAM303"
    template = "The change in per cent cannot be computed: the first value is 0 and the second %(after)s."
    mend = "Show both counts, or choose a longer first period."


class UnequalPeriods(SamsynError):
    """Two periods differ in length and nobody has said that the season does not matter."""

    code = "SAM304"
    template = "The periods differ in length: %(days_before)s and %(days_after)s days."
    mend = "Compare with the same part of an earlier year, or confirm that the season does not matter."


class HistoryTooShort(SamsynError):
    """The overdispersion cannot be read from so few periods."""

    code = "SAM305"
    template = "Normal variation cannot be read: %(found)s usable, %(wanted)s needed (%(where)s)."
    mend = "Add earlier periods of the same length, use comparison areas, or state an assumed value."


class RoundingDecides(SamsynError):
    """The sign of the answer depends on how the source rounded."""

    code = "SAM306"
    template = "Rounding in the source decides the answer: it lies between %(low)s and %(high)s."
    mend = "Get the unrounded figures from the source, or use another comparison."


class SampleSizeUnknown(SamsynError):
    """A survey share is given without the number of answers."""

    code = "SAM307"
    template = "The uncertainty cannot be computed: the number of answers is unknown."
    mend = "Look up how many answered the question in the source and add it."


class SettingOutOfRange(SamsynError):
    """A setting lies outside the range in which the method holds."""

    code = "SAM308"
    template = "%(name)s is %(value)s; it must be %(wanted)s."
    mend = "Choose a value in the range."


class TooManyFocusSeries(SamsynError):
    """More series are named as focus than a goal may have."""

    code = "SAM309"
    template = "%(found)s focus series are named; a goal has at most %(wanted)s."
    mend = "Name the most important ones before the figures are loaded; the rest are judged together."


class SeriesDiffer(SamsynError):
    """Lists that belong together do not have the same length or shape."""

    code = "SAM310"
    template = "The lists do not fit together: %(found)s, expected %(wanted)s."
    mend = "Give one value for each period or area in every list."


class TotalsDisagree(SamsynError):
    """A total in a table is not the sum of its parts, so nothing can be hidden safely."""

    code = "SAM311"
    template = "The total %(total)s is %(value)s, but its parts add up to %(parts)s."
    mend = "Correct the table, or leave the total out, before it is shared."


class UnknownCell(SamsynError):
    """A constraint or a mark names a cell that the table does not have."""

    code = "SAM312"
    template = "The table has no cell %(cell)s."
    mend = "Check the names of rows and columns."


class TableTooLarge(SamsynError):
    """A table has more cells than can be protected in reasonable time."""

    code = "SAM313"
    template = "The table has %(cells)s cells; at most %(wanted)s can be protected at once."
    mend = "Share fewer areas, periods or groups at a time, or only their totals."


class TooFewEvents(SamsynError):
    """A cell holds fewer events than the method needs to keep its promise."""

    code = "SAM314"
    template = "Too few events: %(found)s, at least %(wanted)s needed (%(where)s)."
    mend = "Use longer periods, larger areas or an exact method for small numbers."


class ZeroControl(SamsynError):
    """A comparison count is zero, so nothing can be divided by it."""

    code = "SAM315"
    template = "The comparison has no events (%(where)s), so the method cannot be computed."
    mend = "Choose comparison areas or periods with events, or use the difference instead of the ratio."


class FollowsTheWork(SamsynError):
    """A detection-driven outcome is given to a method that reads a change as an effect."""

    code = "SAM316"
    template = "%(method)s cannot be used on offences that the police discover themselves."
    mend = "Use a victim-reported series, calls or observations instead."


class DifferentGround(SamsynError):
    """Periods or areas are compared that do not cover the same ground."""

    code = "SAM317"
    template = "The figures do not cover the same ground: %(found)s, expected %(wanted)s."
    mend = "Count inside the same boundary in every period, or compare per hectare."


class NoSuccessToWeigh(SamsynError):
    """Displacement is to be weighed against an effect that cannot be seen."""

    code = "SAM318"
    template = "The quotient cannot be read: the effect at the place is %(found)s, below zero is needed."
    mend = "Report the changes of place, buffer and comparison each by itself."


class TooFewPeriods(SamsynError):
    """The series is too short for the method."""

    code = "SAM319"
    template = "The series has %(found)s periods; at least %(wanted)s are needed (%(where)s)."
    mend = "Add earlier periods, or use a coarser method."


class TooFewAreas(SamsynError):
    """Too few areas, places or raters for the method."""

    code = "SAM320"
    template = "There are %(found)s %(what)s; at least %(wanted)s are needed."
    mend = "Add more, or choose a method for few of them."


class NothingVaries(SamsynError):
    """All values are the same, so the method has nothing to work with."""

    code = "SAM321"
    template = "All values are the same (%(where)s), so there is nothing to measure."
    mend = "Check the input; if it is right, say that the values are equal instead of testing them."


class NoSolution(SamsynError):
    """The fitting of a model does not end in a solution."""

    code = "SAM322"
    template = "The model could not be fitted (%(where)s)."
    mend = "Use fewer terms, longer periods, or leave out areas and periods without events."


class WorkTooLarge(SamsynError):
    """The work would need more memory than the method allows itself."""

    code = "SAM323"
    template = "The work is too large: %(found)s, at most %(wanted)s (%(where)s)."
    mend = "Choose shorter distances or periods, fewer areas, or a coarser grid."
