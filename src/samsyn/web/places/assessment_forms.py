"""Forms for opening an assessment, answering it, agreeing on it and objecting to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import SharingClass
from samsyn.domain.calendar import today
from samsyn.domain.errors import SamsynError
from samsyn.domain.scenes import Answer
from samsyn.web.people.models import Function
from samsyn.web.places.assessment_errors import TextsRefused
from samsyn.web.places.assessment_models import GATE_CLAUSES, WHOLE, known_sets
from samsyn.web.places.assessment_reading import (
    ANSWER_TEXTS,
    CLAUSE_TEXTS,
    Spread,
    SpreadRow,
    about_text,
    indicator_text,
    set_text,
    source_text,
)
from samsyn.web.places.assessment_services import Dissent, Given, JointWords, Words
from samsyn.web.places.models import Assessment, AssessmentOccasion, JointAssessment
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.messages import sentence
from samsyn.web.ui.templatetags.samsyn import term_label

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DAYS_TO_ANSWER = 14
EMPTY_DISSENT_ROWS = 2
MOST_DISSENT_ROWS = 40
LONGEST_LINE = 280


def _line(
    label: StrOrPromise, *, longest: int = LONGEST_LINE, rows: int = 0, **attrs: str
) -> forms.CharField:
    """Return an optional guarded text, on one line unless rows are asked for."""
    attributes = {"data-guard": "", **attrs}
    widget = forms.Textarea({**attributes, "rows": rows}) if rows else forms.TextInput(attributes)
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)


def _class_choice(label: StrOrPromise) -> forms.TypedChoiceField:
    field = forms.TypedChoiceField(label=label, coerce=int, initial=SharingClass.AUTHORITIES.value)
    kept = (SharingClass.COOPERATION, SharingClass.AUTHORITIES, SharingClass.OWN_ORGANISATION)
    field.choices = [(member.value, term_label(member.name.lower())) for member in kept]
    return field


def show_refusal(form: forms.Form, error: SamsynError) -> None:
    """Put an error where it belongs: each refused text on its own field, anything else on the form."""
    if not isinstance(error, TextsRefused):
        form.add_error(None, sentence(error))
        return
    for name, problem in error.problems.items():
        form.add_error(name if name in form.fields else None, sentence(problem))
    if isinstance(form, ReasonToKeep):
        form.ask_for_reason = True


class ReasonToKeep(forms.Form):
    """A form whose guarded texts may be kept with a reason, asked for only once something was marked."""

    ask_for_reason = False

    override_reason = forms.CharField(
        label=_("Reason to keep a marked text"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"data-guard-reason": ""}),
    )

    def wants_reason(self) -> bool:
        """Return whether the page shows the field."""
        return self.ask_for_reason or bool(self.is_bound and self.data.get("override_reason"))


class OpenForm(forms.Form):
    """Which list, who is asked and until when."""

    set_code = forms.ChoiceField(label=_("Indicator list"), widget=forms.RadioSelect)
    invited = forms.ModelMultipleChoiceField(
        label=_("Functions that answer, each on its own"),
        queryset=Function.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    deadline = forms.DateField(
        label=_("Last day to answer"),
        help_text=_("Nobody sees the others' answers before all have answered or the day is over."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, functions: Iterable[Function], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [one.pk for one in functions]
        offer(self, "set_code", [(one.code, set_text(one.code)) for one in known_sets()])
        offer_rows(self, "invited", Function.objects.filter(pk__in=keys).select_related("organisation"))
        self.fields["invited"].initial = keys
        self.fields["deadline"].initial = today() + timedelta(days=DAYS_TO_ANSWER)


class ReasonForm(forms.Form):
    """Why an assessment is closed, or a frozen one corrected."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3, "data-guard": ""})
    )


@dataclass(frozen=True, slots=True)
class Question:
    """One clause or indicator with the form's fields for it."""

    key: str
    number: int | None
    text: StrOrPromise
    source: str
    choice: forms.BoundField
    motive: forms.BoundField | None = None
    source_field: forms.BoundField | None = None
    spread: SpreadRow | None = None
    find_out: forms.BoundField | None = None
    # The indicator that a clause repeats, and whether an indicator is such a repetition.
    taken_from: int | None = None
    repeats_definition: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the answer shown leaves the question open."""
        return self.choice.value() in {Answer.DONT_KNOW, Answer.NOT_ASSESSED}

    @property
    def has_words(self) -> bool:
        """Whether the motive's fields are to stand open."""
        bound = [one for one in (self.motive, self.source_field) if one is not None]
        return any(one.value() or one.errors for one in bound)


class QuestionsForm(ReasonToKeep):
    """The definition's clauses and a list's indicators, each with the same four answers."""

    def __init__(self, occasion: AssessmentOccasion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.occasion = occasion
        self.indicators = occasion.indicators
        self.keys = [*GATE_CLAUSES, *(str(one.number) for one in self.indicators.indicators)]
        choices = [(answer.value, _(ANSWER_TEXTS[answer])) for answer in Answer]
        for key in self.keys:
            self.fields[f"answer_{key}"] = forms.ChoiceField(
                label=self.label_of(key),
                choices=choices,
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields["text_class"] = _class_choice(_("Who may read the motives"))

    def label_of(self, key: str) -> StrOrPromise:
        """Return what an error calls the question: short, since many may be missing at once."""
        if key in CLAUSE_TEXTS:
            return _(CLAUSE_TEXTS[key])
        return _("Indicator %(number)s") % {"number": key}

    def given(self) -> Given:
        """Return the answers that were chosen."""
        chosen = {key: self.cleaned_data.get(f"answer_{key}") for key in self.keys}
        return Given(
            answers={key: value for key, value in chosen.items() if value and key not in GATE_CLAUSES},
            gate={key: value for key, value in chosen.items() if value and key in GATE_CLAUSES},
        )

    def _question(self, key: str, **more: Any) -> Question:
        problem = dict(self.indicators.problem_clause)
        indicator = None if key in CLAUSE_TEXTS else self.indicators.indicators[int(key) - 1]
        return Question(
            key=key,
            number=indicator.number if indicator else None,
            text=indicator_text(indicator) if indicator else _(CLAUSE_TEXTS[key]),
            source=source_text(indicator) if indicator else "",
            choice=self[f"answer_{key}"],
            taken_from=problem.get(key),
            repeats_definition=indicator is not None and indicator.number in problem.values(),
            **more,
        )

    def clauses(self) -> Iterator[Question]:
        """Return the definition's clauses, which come first."""
        return (self._question(key) for key in GATE_CLAUSES)

    def questions(self) -> Iterator[Question]:
        """Return the indicators in the order of the list."""
        return (self._question(str(one.number)) for one in self.indicators.indicators)


class AnswerForm(QuestionsForm):
    """What one function answers on its own."""

    contradictions_meant = forms.BooleanField(
        label=_("The answers are meant to be like this"), required=False
    )

    def __init__(
        self, occasion: AssessmentOccasion, own: Assessment | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(occasion, *args, **kwargs)
        for key in self.keys:
            self.fields[f"motive_{key}"] = _line(_("Motive, one line"))
            self.fields[f"source_{key}"] = _line(_("Source or evidence"))
        if own is not None:
            self.initial.update(
                {f"answer_{key}": value for key, value in {**own.answers, **own.gate}.items()}
            )
            self.initial.update({f"motive_{key}": text for key, text in own.motives.items()})
            self.initial.update({f"source_{key}": text for key, text in own.sources.items()})
            self.initial["text_class"] = own.text_class

    def _question(self, key: str, **more: Any) -> Question:
        return super()._question(
            key, motive=self[f"motive_{key}"], source_field=self[f"source_{key}"], **more
        )

    def words(self) -> Words:
        """Return the free texts."""
        data = self.cleaned_data
        return Words(
            motives={key: data[f"motive_{key}"] for key in self.keys if data.get(f"motive_{key}")},
            sources={key: data[f"source_{key}"] for key in self.keys if data.get(f"source_{key}")},
            text_class=SharingClass(data["text_class"]),
            override_reason=data["override_reason"],
        )


class JointForm(QuestionsForm):
    """What the meeting agrees on. An answer is only chosen beforehand where all gave the same."""

    assessed_on = forms.DateField(
        label=_("Day of the meeting"),
        initial=today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    motive = _line(_("Why the meeting answers as it does"), longest=2000, rows=4)
    uncertain_reason = _line(_("Confirmed as uncertain: why"), longest=400, rows=3)

    def __init__(
        self,
        occasion: AssessmentOccasion,
        draft: JointAssessment | None,
        shown: Spread,
        functions: Iterable[Function],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(occasion, *args, **kwargs)
        self.spread = {row.key: row for row in (*shown.clauses, *shown.indicators)}
        self.functions = list(functions)
        for one in self.indicators.indicators:
            self.fields[f"find_out_{one.number}"] = _line(_("Who can find out?"), list="functions")
        if draft is None:
            self.initial.update({f"answer_{key}": row.unanimous for key, row in self.spread.items()})
        else:
            self._show(draft)
        self._add_dissent_rows(draft)

    def _show(self, draft: JointAssessment) -> None:
        self.initial.update(
            {f"answer_{key}": value for key, value in {**draft.answers, **draft.gate}.items()}
        )
        self.initial.update({f"find_out_{key}": text for key, text in draft.find_out.items()})
        columns = ("assessed_on", "motive", "uncertain_reason", "text_class")
        self.initial.update({name: getattr(draft, name) for name in columns})

    def _add_dissent_rows(self, draft: JointAssessment | None) -> None:
        kept = draft.dissent if draft else []
        posted = sum(1 for name in self.data if name.startswith("dissent_text_"))
        self.dissent_rows = min(max(posted, len(kept) + EMPTY_DISSENT_ROWS), MOST_DISSENT_ROWS)
        numbers = [(WHOLE, about_text(WHOLE))]
        numbers += [(one.number, about_text(one.number)) for one in self.indicators.indicators]
        functions = [("", "–"), *((str(one.pk), str(one)) for one in self.functions)]
        for at in range(self.dissent_rows):
            self.fields[f"dissent_number_{at}"] = forms.TypedChoiceField(
                label=_("Concerns"),
                choices=numbers,
                coerce=int,
                required=False,
                empty_value=WHOLE,  # type: ignore[arg-type]  # the stubs know of text alone
            )
            self.fields[f"dissent_function_{at}"] = forms.ChoiceField(
                label=_("Function"), choices=functions, required=False
            )
            self.fields[f"dissent_text_{at}"] = _line(_("Does not agree because"))
            if at < len(kept):
                self.initial[f"dissent_number_{at}"] = kept[at]["number"]
                self.initial[f"dissent_function_{at}"] = kept[at]["function"]
                self.initial[f"dissent_text_{at}"] = kept[at]["text"]

    def clean(self) -> dict[str, Any]:
        """A dissent names the function that does not agree."""
        cleaned = super().clean() or {}
        for at in range(self.dissent_rows):
            if cleaned.get(f"dissent_text_{at}") and not cleaned.get(f"dissent_function_{at}"):
                self.add_error(f"dissent_function_{at}", _("Say which function does not agree."))
        return cleaned

    def _question(self, key: str, **more: Any) -> Question:
        if key not in CLAUSE_TEXTS:
            more["find_out"] = self[f"find_out_{key}"]
        return super()._question(key, spread=self.spread[key], **more)

    def dissents(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Return the rows for dissent: about what, who, why."""
        for at in range(self.dissent_rows):
            yield self[f"dissent_number_{at}"], self[f"dissent_function_{at}"], self[f"dissent_text_{at}"]

    def words(self) -> JointWords:
        """Return the free texts."""
        data: Mapping[str, Any] = self.cleaned_data
        return JointWords(
            motive=data["motive"],
            dissent=[
                Dissent(data[f"dissent_number_{at}"] or WHOLE, UUID(data[f"dissent_function_{at}"]),
                        data[f"dissent_text_{at}"])
                for at in range(self.dissent_rows)
                if data.get(f"dissent_text_{at}")
            ],
            find_out={
                str(one.number): data[f"find_out_{one.number}"]
                for one in self.indicators.indicators
                if data.get(f"find_out_{one.number}")
            },
            uncertain_reason=data["uncertain_reason"],
            text_class=SharingClass(data["text_class"]),
            override_reason=data["override_reason"],
        )  # fmt: skip

    def day(self) -> date:
        """Return the day of the meeting."""
        day: date = self.cleaned_data["assessed_on"]
        return day


class ChallengeForm(ReasonToKeep):
    """I do not agree."""

    number = forms.TypedChoiceField(label=_("What do you not agree with?"), coerce=int)
    text = forms.CharField(
        label=_("Why?"),
        help_text=_("Write about the place, never about people."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "data-guard": ""}),
    )

    def __init__(self, occasion: AssessmentOccasion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbered = [
            (one.number, f"{one.number}. {indicator_text(one)}") for one in occasion.indicators.indicators
        ]
        offer(self, "number", [(WHOLE, about_text(WHOLE)), *numbered])
        self.fields["text_class"] = _class_choice(_("Who may read the objection"))
        self.order_fields(("number", "text", "text_class", "override_reason"))


class ChallengeAnswerForm(ReasonToKeep):
    """What whoever leads answers to an objection."""

    text = forms.CharField(
        label=_("The answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4, "data-guard": ""})
    )
