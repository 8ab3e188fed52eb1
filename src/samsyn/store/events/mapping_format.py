"""The format of a mapping file, as data: every table and key it may hold, and what each means.

The reader of mappings and the page of the reference are both made from this list, so neither can say what
the other does not do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from samsyn.store.events.findings import LeftOut
from samsyn.store.events.schema import known_kinds

FORMAT = 1
FILE_TYPES = ("csv", "tsv", "xlsx", "parquet", "gpkg", "geojson", "json")
#: No encoding is guessed: a wrong guess turns å into two letters and a code into an unknown one.
ENCODINGS = ("utf-8", "cp1252", "latin-1", "utf-16")
ON_UNKNOWN = ("refuse", "quarantine")
ON_DST = ("interval", "quarantine")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping file.

    Parameters
    ----------
    table : str
        The table it stands in; empty for the top of the file.
    name : str
    kind : str
        text, flag, whole, number, day, texts, numbers or codes.
    default : object
        What holds when it is left out; REQUIRED when it may not be.
    meaning : str
        Swedish, one sentence.
    words : tuple of str
        The only values it may have, when there is a list.
    """

    table: str
    name: str
    kind: str
    default: Any
    meaning: str
    words: tuple[str, ...] = ()


_KIND_WORDS = {
    "text": "text", "flag": "ja eller nej", "whole": "heltal", "number": "tal", "day": "dag",
    "texts": "lista", "numbers": "lista av tal", "codes": "koder",
}  # fmt: skip


class _Required:
    def __repr__(self) -> str:
        return "måste anges"


REQUIRED = _Required()

TABLES: dict[str, str] = {
    "": "Överst i filen: vad källan heter och vilka kolumner som aldrig läses.",
    "file": "Filens form.",
    "kind": "Slaget av händelse: källans koder och våra slag.",
    "time": "När det hände.",
    "position": "Var det hände, och hur noga det får sparas.",
    "count": "Hur många händelser en rad står för.",
    "attributes": "Ett delbord för varje egenskap, `[attributes.namn]`; namnet är små bokstäver och siffror.",
    "quarantine": "Hur mycket som får lämnas utanför.",
}

KEYS: tuple[Key, ...] = (
    Key("", "format", "whole", REQUIRED, "Formatets nummer, 1."),
    Key("", "name", "text", REQUIRED, "Mappningens kortnamn: a–z, 0–9 och bindestreck."),
    Key("", "title", "text", REQUIRED, "Källans namn, som det visas."),
    Key("", "publisher", "text", "", "Vem som lämnar ut uppgifterna."),
    Key("", "licence", "text", "", "Villkoren för att använda dem."),
    Key("", "reference", "text", "", "Hur källan anges."),
    Key("", "notes", "text", "", "Förbehåll som följer med varje svar."),
    Key(
        "", "ignore", "texts", (),
        "Kolumner som inte läses förbi rubriken. Varje kolumn som kan leda till en person måste stå här.",
    ),
    Key("file", "type", "text", REQUIRED, "Filens slag.", FILE_TYPES),
    Key("file", "encoding", "text", "utf-8", "Teckenkodning, för csv och tsv.", ENCODINGS),
    Key("file", "delimiter", "text", "", "Ett tecken mellan kolumnerna; annars komma, eller tab för tsv."),
    Key("file", "decimal", "text", ".", "Decimaltecken.", (".", ",")),
    Key("file", "skip_rows", "whole", 0, "Rader före rubriken."),
    Key("file", "columns", "texts", (), "Kolumnernas namn, när filen saknar rubrik."),
    Key("file", "sheet", "text", "", "Bladets namn i xlsx; annars det första."),
    Key("file", "layer", "text", "", "Lagrets namn i gpkg; annars det enda."),
    Key("kind", "column", "text", "", "Kolumnen med källans kod."),
    Key("kind", "value", "text", "", "Slaget, när hela filen är av ett och samma."),
    Key("kind", "pad", "whole", 0, "Fyll koden med nollor till så många tecken."),
    Key("kind", "first", "whole", 0, "Läs bara så många tecken av koden, räknat från början."),
    Key("kind", "codes", "codes", {}, "Källans kod = vårt slag."),
    Key("kind", "leave_out", "texts", (), "Koder som lämnas utanför, räknade under `left_out`."),
    Key("kind", "unknown", "text", "refuse", "Vad en okänd kod gör.", ON_UNKNOWN),
    Key("time", "column", "text", REQUIRED, "Kolumnen med datum, eller datum och tid."),
    Key("time", "time_column", "text", "", "Kolumnen med klockslag eller timme, när den är egen."),
    Key("time", "end_column", "text", "", "Kolumnen med slutet, när det är ett intervall."),
    Key("time", "format", "text", "iso", "`iso`, eller som i `%d/%m/%Y %H:%M`; bara siffror, `%p` och `%z`."),
    Key("time", "time_format", "text", "%H:%M", "Klockslagets form, eller `hour` för bara timmen."),
    Key("time", "zone", "text", "Europe/Stockholm", "Tidszon för tider som inte själva säger det."),
    Key("time", "precision", "text", "minutes", "Det finaste källan vet.", ("minutes", "day", "month")),
    Key("time", "unknown_at", "texts", (), "Klockslag som betyder att tiden är okänd, som `00:01`."),
    Key("time", "minutes", "whole", 15, "Tider förs ned till hela 15, 30 eller 60 minuter."),
    Key(
        "time", "ambiguous", "text", "interval",
        "Timmen som går två gånger på hösten: ett intervall som rymmer båda, eller karantän.", ON_DST,
    ),
    Key(
        "time", "nonexistent", "text", "interval",
        "Timmen som inte finns på våren: ett intervall med båda läsningarna, eller karantän.", ON_DST,
    ),
    Key("time", "earliest", "day", None, "Tidigare dagar går till karantän; annars 1970-01-01."),
    Key("time", "latest", "day", None, "Senare dagar går till karantän; annars dagen då filen läses in."),
    Key("time", "longest_days", "whole", 366, "Längre intervall går till karantän."),
    Key("position", "kind", "text", "point", "Vad en punkt står för.", ("point", "centroid", "none")),
    Key("position", "x", "text", "", "Kolumnen med öst eller longitud."),
    Key("position", "y", "text", "", "Kolumnen med nord eller latitud."),
    Key("position", "pair", "text", "", "Kolumnen med båda, åtskilda av komma."),
    Key("position", "pair_order", "text", "lat,lon", "Ordningen i paret.", ("lat,lon", "lon,lat")),
    Key("position", "geometry", "flag", False, "Filens egna punkter (gpkg, geojson)."),
    Key("position", "crs", "text", "EPSG:4326", "Filens koordinatsystem."),
    Key("position", "metric_crs", "text", "EPSG:3006", "Systemet i meter som händelserna sparas i."),
    Key(
        "position", "rounding", "text", "grid",
        "Hur platsen görs grövre: till mitten av en ruta, till delplatsens mitt, eller som källan gav den.",
        ("grid", "sub_place", "as_published"),
    ),
    Key("position", "grid_m", "whole", 50, "Rutans sida i meter, minst 50."),
    Key("position", "error_m", "number", 0.0, "Källans egen osäkerhet i meter."),
    Key(
        "position", "missing", "text", "keep",
        "Rader utan plats: behålls eller går till karantän.", ("keep", "quarantine"),
    ),
    Key("position", "absent", "numbers", (), "Tal som betyder att platsen saknas, som 0."),
    Key(
        "position", "area", "numbers", (),
        "Väst, syd, öst, nord i meter; platser utanför går till karantän. Annars där metric_crs gäller.",
    ),
    Key("count", "column", "text", "", "Kolumnen med antal; annars är varje rad en händelse."),
    Key("count", "least", "whole", -1, "Minsta tillåtna; −1 är en anmälan som tas tillbaka."),
    Key("count", "most", "whole", 1000, "Största tillåtna."),
    Key("attributes", "column", "text", REQUIRED, "Kolumnen som egenskapen läses ur."),
    Key("attributes", "codes", "codes", {}, "Källans kod = vårt värde."),
    Key("attributes", "values", "texts", (), "Tillåtna värden, när de används som de står."),
    Key("attributes", "whole", "flag", False, "Läs 7.0 som 7 före jämförelsen."),
    Key(
        "attributes", "unknown", "text", "refuse",
        "Vad ett okänt värde gör: stoppar inläsningen, eller blir tomt.", ("refuse", "blank"),
    ),
    Key(
        "quarantine", "most_percent", "number", 10.0,
        "Är fler rader än så omöjliga läses ingenting in; det som står under leave_out räknas inte.",
    ),
)  # fmt: skip


def reference_page() -> str:
    """Return the page of the reference about the format, in Swedish."""
    lines = [
        "# Mappningsfiler",
        "",
        "Sidan är gjord av `python3 run.py docs`; ändra i koden, inte här.",
        "",
        "En mappning säger hur en källas fil blir händelser. Den är en TOML-fil.",
    ]
    for table, meaning in TABLES.items():
        shown = {"": "Överst", "attributes": "[attributes.namn]"}.get(table, f"[{table}]")
        lines += ["", f"## {shown}", "", meaning, ""]
        lines += ["| Nyckel | Slag | Om den utelämnas | Betydelse |", "|---|---|---|---|"]
        lines += [_line(key) for key in KEYS if key.table == table]
    lines += ["", "## Våra slag", "", "Dessutom `observation:` följt av ett kortnamn.", ""]
    lines += [f"- `{kind}`: {_word(kind)}" for kind in sorted(known_kinds())]
    lines += ["", "## Varför rader lämnas utanför", ""]
    lines += [f"- `{reason}`" for reason in LeftOut]
    return "\n".join(lines) + "\n"


def _line(key: Key) -> str:
    words = f" Ett av: {', '.join(f'`{word}`' for word in key.words)}." if key.words else ""
    default = "måste anges" if key.default is REQUIRED else _default(key.default)
    return f"| `{key.name}` | {_KIND_WORDS[key.kind]} | {default} | {key.meaning}{words} |"


def _default(value: Any) -> str:
    if value is None or value == "" or value in ((), {}):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def _word(kind: str) -> str:
    from samsyn.domain.glossary import term

    return term(kind).sv


def keys_of(table: str) -> dict[str, Key]:
    """Return the keys that a table may hold, by name."""
    return {key.name: key for key in KEYS if key.table == table}
