"""Pack a small workspace of this version, so that every later version can prove that it still opens it.

    python tests/house/make_upgrade_archive.py               writes tests/upgrade/<version>.zip
    python tests/house/make_upgrade_archive.py --read FOLDER  prints what an unpacked archive holds, as JSON

Run it once for each release, when migrations and store are final. An archive is never made again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MOMENT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CONTENTS = "contents.json"


def set_up(settings: str) -> Path:
    """Start Django with some settings, bring the database up to date, and return the folder of all files."""
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    django.setup()
    from django.conf import settings as chosen
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    return Path(chosen.SAMSYN_HOME)


def contents() -> dict[str, Any]:
    """Return what the database and the store hold, read as the program reads it."""
    from samsyn.store.query import Query
    from samsyn.web.facts.services import reconcile, store_of
    from samsyn.web.insight import services as insight
    from samsyn.web.insight.models import SituationalPicture
    from samsyn.web.people.models import AuditEvent, Workspace
    from samsyn.web.people.services import broken_links
    from samsyn.web.places.models import Assessment, JointAssessment, Place

    told: dict[str, Any] = {}
    for workspace in Workspace.objects.order_by("slug"):
        store = store_of(workspace)
        frame = store.run(Query())
        pictures = list(
            SituationalPicture.objects.filter(workspace=workspace).order_by("place__slug", "number")
        )
        told[workspace.slug] = {
            "places": {
                place.slug: [
                    [str(boundary.valid_from), round(boundary.area_ha, 3)]
                    for boundary in place.boundaries.order_by("valid_from")
                ]
                for place in Place.objects.filter(workspace=workspace).order_by("slug")
            },
            "values": [
                [row.series, row.code, str(row.period_start), float(row.value), row.raw]
                for row in frame.itertuples()
            ],
            "unsound_versions": sum(bool(check.problems) for check in store.verify()),
            "catalogue": {name: len(rows) for name, rows in reconcile(workspace).items()},
            "assessments": Assessment.objects.filter(workspace=workspace).count(),
            "joint": [
                [joint.class_code, joint.low, joint.high, joint.content_hash]
                for joint in JointAssessment.objects.filter(workspace=workspace).order_by("created_at")
            ],
            "pictures": {
                f"{picture.place.slug} {picture.number} {edition.audience}": [
                    len(insight.findings_of(edition).series),
                    [
                        [file.format, file.language, file.sha256]
                        for file in edition.files.order_by("format", "language")
                    ],
                ]
                for picture in pictures
                for edition in picture.editions.order_by("audience")
            },
            "kept_bytes": sum(
                len(file.content)
                for picture in pictures
                for edition in picture.editions.all()
                for file in edition.files.all()
            ),
            "audit_events": AuditEvent.objects.filter(workspace=workspace).count(),
            "broken_links": broken_links(workspace),
        }
    return told


def build(target: Path) -> Path:
    """Make the workspace in a folder of its own and pack it."""
    home = set_up("tests.settings")
    from django.db import connection

    from samsyn import __version__
    from tests.house.town import build_town
    from tests.web.conftest import build_world

    build_town(build_world("exempelstad"), MOMENT)
    told = {"version": __version__, "workspaces": contents()}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    target.mkdir(parents=True, exist_ok=True)
    archive = target / f"{__version__}.zip"
    files = [
        path
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.name not in {".lock", "secret-key"}
    ]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in files:
            packed.writestr(
                zipfile.ZipInfo(path.relative_to(home).as_posix()), path.read_bytes(), zipfile.ZIP_DEFLATED
            )
        packed.writestr(zipfile.ZipInfo(CONTENTS), json.dumps(told, ensure_ascii=False, indent=1))
    return archive


def main() -> int:
    """Write the archive, or read an unpacked one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--to", type=Path, default=ROOT / "tests" / "upgrade", help="folder of the archive")
    parser.add_argument("--read", type=Path, help="an unpacked archive; it is migrated and read")
    options = parser.parse_args()
    if options.read:
        os.environ.update(SAMSYN_HOME=str(options.read), SAMSYN_DEMO="1")
        set_up("samsyn.web.settings")
        sys.stdout.write(json.dumps(contents(), ensure_ascii=False))
        return 0
    archive = build(options.to)
    sys.stdout.write(f"{archive.name}: {archive.stat().st_size / 1e6:.2f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
