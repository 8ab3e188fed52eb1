"""A program: see that a scene of the demo has a forum on each level, and print where it is.

Run by test_questions.py in the environment of the server's folder.
"""

from __future__ import annotations

from datetime import date

PLACE_OF = "fastighetsagare"


def main() -> None:
    """Make the forums that are missing at the place that the property owner may see."""
    import django

    django.setup()
    from samsyn.domain.access import SharingClass
    from samsyn.domain.calendar import now
    from samsyn.domain.forums import ForumLevel
    from samsyn.web.cooperation.models import Forum, ForumSeat
    from samsyn.web.people.models import Membership, Workspace
    from samsyn.web.people.services import actor_for
    from samsyn.web.places.models import PlaceAccess
    from samsyn.web.ui.models import record_columns

    workspace = Workspace.objects.get(slug="exempelstad")
    of = {
        row.user.username: row.function
        for row in Membership.objects.filter(workspace=workspace).select_related("user", "function")
    }
    place = PlaceAccess.objects.filter(membership__workspace=workspace).select_related("place").first().place
    lead = Membership.objects.get(workspace=workspace, user__username="samordnare").user
    actor = actor_for(lead, workspace, now().date())
    upper = None
    for level, chair in (
        (ForumLevel.STEERING, "styrgrupp"), (ForumLevel.STRATEGIC, "samordnare"),
        (ForumLevel.OPERATIONAL, "omradespolis"),
    ):  # fmt: skip
        there = Forum.objects.filter(place=place, level=level.value, closed_on=None).first()
        if there is None:
            there = Forum.objects.create(
                **record_columns(actor, now(), SharingClass.COOPERATION), slug=f"prov-{level.value}",
                name=f"Provforum {level.value}", level=level.value, place=place, chair=of[chair],
                lifts_to=upper,
            )  # fmt: skip
            for account in ("omradespolis", "platsansvarig", "faltassistent", "handlaggare", "ordningsvakt"):
                ForumSeat.objects.create(forum=there, function=of[account], valid_from=date(2026, 1, 1))
        upper = there
    print(place.slug)  # noqa: T201


if __name__ == "__main__":
    main()
