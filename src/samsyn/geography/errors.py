"""What can be wrong with a boundary or a file of areas, and how to mend it."""

from __future__ import annotations

from samsyn.domain.errors import SamsynError


class GeographyError(SamsynError):
    """Anything the geography refuses; never raised itself."""


class UnreadableFile(GeographyError):
    """The bytes are not a file of a kind we read."""

    code = "SAM101"
    template = "%(file)s cannot be read as GeoJSON, GeoPackage, GeoParquet or shapefile."
    mend = "Export the area as GeoJSON, GeoPackage, GeoParquet or a zipped shapefile, without a password."


class UnsafeArchive(GeographyError):
    """An archive holds an entry that leads out of it."""

    code = "SAM102"
    template = "%(file)s holds an entry that leads out of the archive (%(entry)s)."
    mend = "Pack the files of the shapefile again, without folders above them and without links."


class FileTooBig(GeographyError):
    """The file, or what an archive unpacks to, is bigger than any boundary needs to be."""

    code = "SAM103"
    template = "%(file)s is too big: %(found)s, and the limit is %(limit)s."
    mend = "Export only the layer and the areas that are needed."


class UnknownSystem(GeographyError):
    """The coordinate system is not one of those that are used for places in Sweden."""

    code = "SAM104"
    template = "%(file)s uses the coordinate system %(found)s, which is not read here."
    mend = "Export it in SWEREF 99 TM (EPSG:3006), a local SWEREF 99 zone (EPSG:3007-3018) or WGS 84."


class SystemContradicted(GeographyError):
    """The coordinates do not belong to the system the file names."""

    code = "SAM105"
    template = (
        "%(file)s says %(label)s, but its coordinates (the first is %(first)s) do not lie in Sweden in "
        "that system. They would fit: %(candidates)s."
    )
    mend = "Choose the system the coordinates are really in, or export the file again with the right one."


class SwappedAxes(GeographyError):
    """East and north have changed places."""

    code = "SAM106"
    template = (
        "East and north have changed places in %(file)s: the first coordinate is %(first)s. Turned round "
        "it lies in Sweden in %(system)s."
    )
    mend = "Export the file with east (longitude) first and north (latitude) second."


class OutsideSweden(GeographyError):
    """No system puts the coordinates in Sweden."""

    code = "SAM107"
    template = (
        "%(file)s lies outside Sweden: the first coordinate is %(first)s, and no system we read puts it in "
        "Sweden (the file says: %(label)s)."
    )
    mend = "Check that it is the right file, and export it in SWEREF 99 TM (EPSG:3006)."


class SystemAsked(GeographyError):
    """The file names no system, and several would put it in Sweden."""

    code = "SAM108"
    template = "%(file)s does not say which coordinate system it is in. It may be: %(candidates)s."
    mend = "Choose the system whose place is the right one."


class NotAnArea(GeographyError):
    """Lines and points have no inside."""

    code = "SAM109"
    template = "%(file)s holds %(found)s, and a boundary must be an area."
    mend = "Draw the boundary as a closed area (polygon) and export it again."


class SeveralFeatures(GeographyError):
    """A boundary is asked for and the file holds several areas."""

    code = "SAM110"
    template = "%(file)s holds %(count)s areas: %(listing)s."
    mend = "Choose one of them, or choose to join them into one boundary."


class InvalidRing(GeographyError):
    """An outline crosses itself and cannot be mended without changing the area."""

    code = "SAM111"
    template = "The outline in %(file)s crosses itself or is not closed, near %(where)s."
    mend = "Move the corner there so that the line does not cross itself, and export again."


class AreaTooLarge(GeographyError):
    """A boundary is larger than a place can be."""

    code = "SAM112"
    template = "The area in %(file)s is %(found)s hectares; a place is at most %(limit)s."
    mend = "Draw the place itself. A district or a municipality is loaded as statistical areas instead."


class TooManyCorners(GeographyError):
    """An outline has more corners than a boundary needs."""

    code = "SAM113"
    template = "The outline in %(file)s has %(found)s corners; the limit is %(limit)s."
    mend = "Simplify the outline to about one metre and export it again."


class AreaTooSmall(GeographyError):
    """A boundary is smaller than a place can be."""

    code = "SAM114"
    template = "The area in %(file)s is %(found)s square metres; a place is at least %(limit)s."
    mend = "Draw the whole place, and check that the coordinate system is the right one."


class UnknownAreaColumn(GeographyError):
    """The column asked for is not in the file."""

    code = "SAM115"
    template = "%(file)s has no column %(wanted)s. It has: %(found)s."
    mend = "Choose one of the columns of the file. The nearest name is %(nearest)s."


class SeveralWithSameCode(GeographyError):
    """Several areas share a code and joining them was declined."""

    code = "SAM116"
    template = "Several areas in %(file)s have the same code: %(codes)s."
    mend = "Choose to join areas with the same code, or choose a column where each area has its own."


class PersonColumn(GeographyError):
    """A column that looks as if it holds data about persons was asked for."""

    code = "SAM117"
    template = "The column %(column)s in %(file)s looks as if it holds data about persons, and is not read."
    mend = "Choose a column that describes the area."


class SeveralLayers(GeographyError):
    """The file holds several layers."""

    code = "SAM118"
    template = "%(file)s holds several layers: %(layers)s."
    mend = "Choose one of the layers, or export a file with only the one that is needed."


class NothingThere(GeographyError):
    """The file is well-formed and holds no area."""

    code = "SAM119"
    template = "%(file)s holds no area."
    mend = "Check that the right layer was exported, and that something was selected."


class MissingAreaCode(GeographyError):
    """An area has no code."""

    code = "SAM120"
    template = "Area number %(row)s in %(file)s has no value in the column %(column)s."
    mend = "Give each area a code, or choose another column."


class NotPolygons(GeographyError):
    """Points are to be assigned to something that has no inside."""

    code = "SAM121"
    template = "Number %(position)s of the areas is not a valid area (%(found)s)."
    mend = "Give polygons or multipolygons with finite coordinates, whose outlines do not cross themselves."


class UnlikePoints(GeographyError):
    """East and north do not come in pairs."""

    code = "SAM122"
    template = "East and north are not lists of the same length (%(found)s)."
    mend = "Give as many y as x, one of each for each point."


class BoundariesOverlap(GeographyError):
    """Two boundaries of one place are in force on the same day."""

    code = "SAM123"
    template = "The boundary from %(first)s and the one from %(second)s are in force on the same day."
    mend = "Let the earlier boundary end on the day the later one begins."


class RoundWithoutDate(GeographyError):
    """A round of a mapping does not say from which day it holds, or two begin on the same."""

    code = "SAM124"
    template = "It is not clear when these rounds begin (column %(column)s of %(file)s): %(rounds)s."
    mend = "Give the first day of each round; a year, such as 2023, is understood by itself."
