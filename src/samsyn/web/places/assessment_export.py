"""A frozen joint answer as plain data, with what one reader may see."""

from __future__ import annotations

from typing import Any

from samsyn.domain.access import Actor
from samsyn.web.places.assessment_models import GATE_CLAUSES, answers_of, gate_of
from samsyn.web.places.assessment_reading import ReadTexts, indicator_text, may_read_text, verdict_of
from samsyn.web.places.models import JointAssessment

TEXTS = ("motive", "uncertain_reason", "dissent", "find_out", "correction_reason")


def exported(actor: Actor, joint: JointAssessment, *, read: ReadTexts) -> dict[str, Any]:
    """Return a frozen answer; texts above the reader's class are left out and named in ``withheld``."""
    occasion, result = joint.occasion, joint.result
    verdict = verdict_of(result)
    gate = gate_of(occasion.indicators, answers_of(joint.answers), joint.gate)
    readable = may_read_text(actor, joint, occasion.place_id)
    texts = {name: getattr(joint, name) for name in TEXTS}
    if readable and joint.author_id != actor.function_id and any(texts.values()):
        read.note("joint_texts", joint.text_class)
    return {
        "id": str(joint.pk),
        "occasion": str(occasion.pk),
        "place": {"id": str(occasion.place_id), "slug": occasion.place.slug, "name": occasion.place.name},
        "boundary": {
            "id": str(occasion.boundary_id),
            "valid_from": occasion.boundary.valid_from.isoformat(),
            "content_hash": occasion.boundary.content_hash,
        },
        "indicator_set": {"code": occasion.set_code, "version": occasion.set_version},
        "version": joint.version,
        "supersedes": str(joint.supersedes_id) if joint.supersedes_id else None,
        "assessed_on": joint.assessed_on.isoformat(),
        "frozen_at": joint.frozen_at.isoformat() if joint.frozen_at else None,
        "content_hash": joint.content_hash,
        "definition": {clause: getattr(gate, clause).value for clause in GATE_CLAUSES}
        | {"value": result.gate.value},
        "indicators": [
            {"number": one.number, "text": indicator_text(one), "answer": answer.value}
            for one, answer in zip(occasion.indicators.indicators, result.answers, strict=True)
        ],
        "result": {
            "class": result.class_code.value,
            "preliminary": result.preliminary,
            "yes": result.yes,
            "no": result.no,
            "dont_know": result.dont_know,
            "not_assessed": result.not_assessed,
            "low": result.low,
            "high": result.high,
            "threshold": result.threshold,
            "yes_needed": result.yes_needed,
            "no_needed": result.no_needed,
            "interval": verdict.interval,
            "sentence": verdict.sentence,
            "notes": list(verdict.notes),
        },
        **({name: texts[name] for name in TEXTS} if readable else {}),
        "withheld": [] if readable else sorted(name for name in TEXTS if texts[name]),
    }
