"""``samsyn areas``: load statistical areas with shapes, and residents by area, from open data files."""

from __future__ import annotations

import argparse
import csv
import io
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from samsyn.cli.acting import actor_of, add_actor_options, read_bytes
from samsyn.cli.output import print_json
from samsyn.domain.calendar import now, today
from samsyn.domain.errors import SamsynError


class ResidentsUnreadable(SamsynError):
    """The file of residents lacks a column or holds something that is not a number."""

    code = "SAM704"
    template = "%(file)s, row %(row)s: %(problem)s."
    mend = "The file needs the columns %(wanted)s, with whole numbers of residents and four-digit years."


# A city's own names of columns, so that its open files load with one command.
RECIPES: dict[str, dict[str, str]] = {
    "stockholm-basomraden": {
        "scheme": "basomrade",
        "vintage": "2016",
        "code": "basomrade6",
        "name": "namn",
        "join": "nyckelkod",
        "title": "Basområden i Stockholm 2016",
        "publisher": "Stockholms stad",
        "licence": "CC0",
    }
}
RESIDENT_COLUMNS = ("nyckelkod", "ar", "kon", "alder", "antal")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", help="GeoJSON, GeoPackage, GeoParquet or zipped shapefile")
    parser.add_argument("--recipe", choices=tuple(RECIPES), default="stockholm-basomraden")
    parser.add_argument(
        "--own",
        nargs=3,
        metavar=("SCHEME", "VINTAGE", "COLUMN"),
        help="areas of another kind: their scheme, their vintage and the column that holds their code",
    )
    parser.add_argument("--name", metavar="COLUMN", help="with --own: the column that holds the name")
    parser.add_argument("--title", help="with --own: what the areas are called")
    parser.add_argument("--publisher", default="", help="with --own: who publishes the areas")
    parser.add_argument("--licence", default="", help="with --own: under which licence")
    parser.add_argument("--crs", help="the coordinate system, where the file says none or a wrong one")
    parser.add_argument("--layer", help="which of several layers of the file")
    parser.add_argument("--residents", help=f"CSV with the columns {', '.join(RESIDENT_COLUMNS)}")
    add_actor_options(parser)


def recipe_of(options: argparse.Namespace) -> tuple[str, dict[str, str]]:
    """Return the short name of the areas and how their file is read."""
    if not options.own:
        return options.recipe, RECIPES[options.recipe]
    scheme, vintage, column = options.own
    title = options.title or f"{scheme} {vintage}"
    return f"{scheme}-{vintage}", {
        "scheme": scheme, "vintage": vintage, "code": column, "name": options.name or "", "join": column,
        "title": title, "publisher": options.publisher, "licence": options.licence,
    }  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Load the areas, and the residents when a file of them is named."""
    actor, _workspace = actor_of(options)
    from samsyn import geography
    from samsyn.store.areas import StatisticalArea
    from samsyn.store.schema import DatasetMeta, StatisticKind
    from samsyn.web.facts import services

    slug, recipe = recipe_of(options)
    content = read_bytes(options.file)
    read = geography.read_area_file(
        Path(options.file).name,
        content,
        code_column=recipe["code"],
        name_column=recipe["name"] or None,
        keep=(recipe["join"],),
        declared_crs=options.crs,
        layer=options.layer,
    )
    shapes = read.areas
    areas = [
        StatisticalArea(recipe["scheme"], shape.code, recipe["vintage"], shape.name, shape.wkb, shape.area_ha)
        for shape in shapes
    ]
    about: dict[str, Any] = {
        "publisher": recipe["publisher"], "licence": recipe["licence"], "retrieved": today(),
        "reference": recipe["title"],
    }  # fmt: skip
    loaded = [
        services.load_areas(
            actor,
            DatasetMeta(slug, recipe["title"], kind=StatisticKind.REGISTER, **about),
            areas, source=content, file_name=Path(options.file).name, now=now(),
        )
    ]  # fmt: skip
    if options.residents:
        loaded.append(_load_residents(actor, options, slug, recipe, shapes, about))
    told = [{"dataset": row.slug, "version": row.version, "title": row.title} for row in loaded]
    if options.json:
        remarks = [{"code": one.code, **one.facts} for one in read.warnings]
        print_json({"areas": len(areas), "loaded": told, "remarks": remarks})
    else:
        from django.utils.translation import gettext, override

        print(f"{len(areas)} områden lästa.")
        with override("sv"):
            for one in read.warnings:
                print(f"  {gettext(one.template) % one.facts}")
        for row in loaded:
            print(f"  {row}")
    return 0


def _load_residents(
    actor: Any,
    options: argparse.Namespace,
    slug: str,
    recipe: dict[str, str],
    shapes: Any,
    about: dict[str, Any],
) -> Any:
    from samsyn.store.schema import (
        AreaRef,
        DatasetMeta,
        OffenceType,
        SeriesDefinition,
        StatisticKind,
        Unit,
        frame_of,
    )
    from samsyn.web.facts import services

    content = read_bytes(options.residents)
    file_name = Path(options.residents).name
    code_of = {
        str(part): shape.code for shape in shapes for part in _as_list(shape.properties.get(recipe["join"]))
    }
    totals = sum_residents(content, file_name, code_of)
    by_code = {shape.code: shape for shape in shapes}
    areas = [
        AreaRef(recipe["scheme"], code, recipe["vintage"], by_code[code].name, area_ha=by_code[code].area_ha)
        for code in sorted({code for code, _year in totals})
    ]
    rows = [
        {
            "series": "boende", "scheme": recipe["scheme"], "code": code, "vintage": recipe["vintage"],
            "area_name": by_code[code].name,
            "period_start": date(year, 1, 1), "period_end": date(year + 1, 1, 1),
            "value": float(count), "status": "actual", "raw": str(count),
        }
        for (code, year), count in sorted(totals.items())
    ]  # fmt: skip
    series = SeriesDefinition(
        "boende",
        "Boende",
        "Folkbokförda i området den 31 december.",
        unit=Unit.PERSONS,
        kind=StatisticKind.RESIDENTS,
        offence_type=OffenceType.NONE,
    )
    meta = DatasetMeta(f"{slug}-boende", f"Boende: {recipe['title']}", kind=StatisticKind.RESIDENTS, **about)
    return services.load(
        actor, meta, frame_of(rows), [series], areas,
        source=content, file_name=file_name, now=now(),
    )  # fmt: skip


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def sum_residents(content: bytes, file_name: str, code_of: dict[str, str]) -> dict[tuple[str, int], int]:
    """Return residents by area code and year, summed over sex and age.

    Raises
    ------
    ResidentsUnreadable
        At the first row that cannot be read, or when a column is missing.
    """
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    wanted = ", ".join(RESIDENT_COLUMNS)
    missing = [name for name in RESIDENT_COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ResidentsUnreadable(
            file=file_name, row=1, problem=f"no column {', '.join(missing)}", wanted=wanted
        )
    totals: dict[tuple[str, int], int] = defaultdict(int)
    for number, row in enumerate(reader, start=2):
        code = code_of.get(row["nyckelkod"])
        if code is None:
            continue  # an area that the layer of shapes does not have; it cannot be a denominator
        try:
            totals[code, int(row["ar"])] += int(row["antal"])
        except ValueError:
            raise ResidentsUnreadable(
                file=file_name, row=number, problem=f"{row['ar']!r}, {row['antal']!r}", wanted=wanted
            ) from None
    return dict(totals)
