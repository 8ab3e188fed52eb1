"""The open actions of a place, for somebody who is new there."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from samsyn.domain.access import Actor, Permission, can, covers_place, reads_up_to
from samsyn.domain.actions import ActionState
from samsyn.domain.handover import HandoverParagraph, HandoverPart
from samsyn.web.places.models import Place
from samsyn.web.work.models import Action

MOST_LINES = 6
_OVER = (ActionState.FINISHED.value, ActionState.WRITTEN_OFF.value)


def handover_paragraphs(actor: Actor, place: Place, now: datetime) -> list[HandoverParagraph]:
    """Answer the handover pack with the actions that are due first, whose they are and when."""
    if not can(actor, Permission.VIEW_COOPERATION) or not covers_place(actor, place.pk):
        return []
    rows = Action.objects.visible_to(actor).filter(place=place).exclude(state__in=_OVER)
    rows = rows.filter(title_class__lte=int(reads_up_to(actor))).select_related("responsible__organisation")
    lines = []
    for one in rows.order_by("due_on")[:MOST_LINES]:
        due = _("no day set") if one.due_on is None else one.due_on.isoformat()
        lines.append(f"{one.title} ({one.responsible.name}, {due})")
    return [HandoverParagraph(HandoverPart.OPEN_QUESTIONS, tuple(lines))]
