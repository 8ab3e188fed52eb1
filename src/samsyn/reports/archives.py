"""Zip archives made the same way twice: fixed order, fixed dates, fixed attributes."""

from __future__ import annotations

import io
import zipfile

_WHEN = (1980, 1, 1, 0, 0, 0)


def normalised(archive: bytes) -> bytes:
    """Return the zip archive with its members as they were, free of the clock and the machine.

    Word and spreadsheet files are zip archives; their libraries stamp the time of writing on each member.
    The order of members is kept, since the first one matters to readers.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, _WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            info.external_attr = 0
            new.writestr(info, old.read(member), compresslevel=6)
    return out.getvalue()
