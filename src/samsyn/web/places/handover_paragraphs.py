"""What the place register tells somebody who is new: where it is, what it is called, where it stands."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can, covers_place
from samsyn.domain.calendar import STOCKHOLM
from samsyn.domain.handover import HandoverParagraph, HandoverPart
from samsyn.web.places.models import Place
from samsyn.web.ui.templatetags.samsyn import hectares, term_label


def handover_paragraphs(actor: Actor, place: Place, now: datetime) -> list[HandoverParagraph]:
    """Answer the handover pack with the place's status, boundary and sub-places."""
    if not can(actor, Permission.VIEW_PLACE) or not covers_place(actor, place.pk):
        return []
    lines = [_("Status: %(status)s.") % {"status": term_label(place.status)}]
    boundary = place.boundary_on(now.astimezone(STOCKHOLM).date())
    if boundary is not None:
        facts = {"size": hectares(boundary.area_ha), "day": boundary.valid_from.isoformat()}
        lines.append(_("The boundary holds from %(day)s and is %(size)s.") % facts)
    names = [one.name for one in place.sub_places.all()]
    if names:
        lines.append(_("We call its parts: %(names)s.") % {"names": ", ".join(names)})
    return [HandoverParagraph(HandoverPart.ABOUT_THE_PLACE, tuple(lines))]
