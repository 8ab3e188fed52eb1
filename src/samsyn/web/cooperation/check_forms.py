"""Forms for the self check and the pulse: a choice for each question, don't know among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django import forms

from samsyn.domain.self_checks import CheckAnswer, PulseQuestion, SuccessFactor
from samsyn.web.cooperation.agreement_forms import choices_of
from samsyn.web.ui.templatetags.samsyn import term_label


class _AnswersForm(forms.Form):
    """One choice for each question; nothing is chosen beforehand."""

    asks: Iterable[Any] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.asks:
            self.fields[one.value] = forms.ChoiceField(
                label=term_label(f"{type(one).__name__}.{one.name}"),
                choices=choices_of(CheckAnswer),
                widget=forms.RadioSelect,
            )

    def chosen(self) -> dict[str, CheckAnswer]:
        """Return the answers by code."""
        return {name: CheckAnswer(value) for name, value in self.cleaned_data.items()}


class SelfCheckForm(_AnswersForm):
    """Does the work have what it needs?"""

    asks: Iterable[StrEnum] = SuccessFactor

    def answers(self) -> Mapping[SuccessFactor, CheckAnswer]:
        """Return the answers by factor."""
        return {SuccessFactor(name): answer for name, answer in self.chosen().items()}


class PulseForm(_AnswersForm):
    """Is the forum worth its time?"""

    asks: Iterable[StrEnum] = PulseQuestion

    def answers(self) -> Mapping[PulseQuestion, CheckAnswer]:
        """Return the answers by question."""
        return {PulseQuestion(name): answer for name, answer in self.chosen().items()}
