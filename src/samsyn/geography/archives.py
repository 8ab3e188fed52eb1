"""What arrives as bytes, unpacked in memory: nothing is trusted, nothing is written here."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from samsyn.geography.errors import FileTooBig, NothingThere, SeveralLayers, UnreadableFile, UnsafeArchive

MAX_UPLOAD = 50_000_000
_MAX_UNPACKED = 200_000_000
_MAX_ENTRIES = 200
_MAX_RATIO = 200
_WANTED = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg", ".geojson", ".json", ".gpkg", ".parquet"})
_LAYERS = frozenset({".shp", ".geojson", ".json", ".gpkg", ".parquet"})


def unpack(file: str, data: bytes, layer: str | None = None) -> tuple[str, dict[str, bytes]]:
    """Return the kind of a file and its parts by suffix.

    Parameters
    ----------
    file : str
        Name as uploaded; used in messages and for its suffix, never as a path.
    data : bytes
        Content.
    layer : str or None
        Which of several data sets in an archive.

    Returns
    -------
    tuple of (kind, parts)
        kind is ".shp", ".geojson", ".gpkg" or ".parquet"; parts maps suffix to bytes.

    Raises
    ------
    UnreadableFile, UnsafeArchive, FileTooBig, SeveralLayers, NothingThere
        See each.
    """
    if len(data) > MAX_UPLOAD:
        raise FileTooBig(file=file, found=_megabytes(len(data)), limit=_megabytes(MAX_UPLOAD))
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _from_zip(file, data, layer)
    return _sniffed(file, {PurePosixPath(file).suffix.casefold(): data})


def bundle(files: Mapping[str, bytes]) -> bytes:
    """Return loose files (a .shp with its .dbf, .shx and .prj) as one archive to hand to the readers.

    Examples
    --------
    >>> bundle({"torg.shp": b"", "torg.prj": b""})[:2]
    b'PK'
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(PurePosixPath(name.replace("\\", "/")).name, data)
    return packed.getvalue()


def _from_zip(file: str, data: bytes, layer: str | None) -> tuple[str, dict[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _sniffed(file, _chosen(file, _read_entries(file, archive), layer))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        # RuntimeError is how zipfile says that a password is needed.
        raise UnreadableFile(file=file) from None


def _read_entries(file: str, archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise FileTooBig(file=file, found=f"{len(entries)} (zip)", limit=f"{_MAX_ENTRIES} (zip)")
    for entry in entries:
        _check_name(file, entry)
    unpacked: dict[str, bytes] = {}
    left = _MAX_UNPACKED
    for entry in entries:
        if entry.is_dir() or _suffix(entry.filename) not in _WANTED:
            continue
        # The size in the directory is a claim too: read no further than what is left.
        small = entry.file_size <= 1_000_000
        if not small and entry.file_size > _MAX_RATIO * max(entry.compress_size, 1):
            raise FileTooBig(
                file=file, found=_megabytes(entry.file_size), limit=f"{_MAX_RATIO} × {entry.compress_size} B"
            )
        with archive.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            limit = _megabytes(_MAX_UNPACKED)
            raise FileTooBig(file=file, found=f"> {limit}", limit=limit)
        unpacked[entry.filename.replace("\\", "/")] = content
    return unpacked


def _check_name(file: str, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    absolute = name.startswith("/") or (len(name) > 1 and name[1] == ":")
    link = stat.S_ISLNK(entry.external_attr >> 16)
    if absolute or link or ".." in name.split("/") or "\x00" in name:
        raise UnsafeArchive(file=file, entry=entry.filename[:80])


def _chosen(file: str, entries: dict[str, bytes], layer: str | None) -> dict[str, bytes]:
    # macOS puts a shadow of each file in a folder of its own.
    kept = {name: data for name, data in entries.items() if not name.startswith("__MACOSX/")}
    layers = sorted(name for name in kept if _suffix(name) in _LAYERS)
    if layer is not None:
        layers = [name for name in layers if PurePosixPath(name).stem == layer]
    if not layers:
        raise NothingThere(file=file)
    if len(layers) > 1:
        raise SeveralLayers(file=file, layers=", ".join(PurePosixPath(name).stem for name in layers))
    stem = layers[0][: -len(_suffix(layers[0]))].casefold()
    return {
        _suffix(name): data for name, data in kept.items() if name[: -len(_suffix(name))].casefold() == stem
    }


def _sniffed(file: str, parts: dict[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """Go by what the bytes are; a suffix is only a name."""
    for suffix, data in parts.items():
        if data[:4] == b"\x00\x00\x27\x0a" and suffix == ".shp":
            return ".shp", parts
        if data[:16] == b"SQLite format 3\x00":
            return ".gpkg", {".gpkg": data}
        if data[:4] == data[-4:] == b"PAR1":
            return ".parquet", {".parquet": data}
        if data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
            return ".geojson", {".geojson": data}
    raise UnreadableFile(file=file)


def _suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.casefold()


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"
