"""What the situational picture says of a place's assessments: results in a sentence, never a motive."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext

from samsyn.domain.access import Actor, Permission, SharingClass, can
from samsyn.web.places.assessment_reading import current_versions, frozen_joints, set_text, verdict_of
from samsyn.web.places.models import JointAssessment, Place


def picture_paragraphs(actor: Actor, place: Place, language: str) -> list[str]:
    """Answer the hook of the situational picture: a sentence for the newest joint answer of each list."""
    if not can(actor, Permission.VIEW_PLACE):
        return []
    return _sentences(frozen_joints(actor, place), language)


def edition_paragraphs(place: Place, edition: SharingClass, language: str) -> list[str]:
    """Return the sentences that everybody of an edition's audience may read, whoever freezes it.

    Parameters
    ----------
    place
        The place of the picture.
    edition
        The class of the edition: no answer and no occasion of a narrower class is told of.
    language
        ``sv`` or ``en``.
    """
    joints = JointAssessment.objects.filter(
        occasion__place=place,
        frozen_at__isnull=False,
        sharing_class__lte=int(edition),
        occasion__sharing_class__lte=int(edition),
    )
    return _sentences(joints.select_related("occasion"), language)


def _sentences(joints: Iterable[JointAssessment], language: str) -> list[str]:
    newest: dict[str, JointAssessment] = {}
    for joint in current_versions(joints):
        newest.setdefault(joint.occasion.set_code, joint)
    with translation.override(language):
        return [_sentence(newest[code]) for code in sorted(newest)]


def _sentence(joint: JointAssessment) -> str:
    verdict = verdict_of(joint.result)
    return gettext("%(list)s, joint answer of %(day)s: %(verdict)s. Answered yes: %(interval)s.") % {
        "list": set_text(joint.occasion.set_code),
        "day": joint.assessed_on.isoformat(),
        "verdict": verdict.sentence,
        "interval": verdict.interval,
    }
