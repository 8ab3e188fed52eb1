"""The form in which an account chooses how it hears of things."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.notices import Channel, Hours, NoticeKind
from samsyn.web.ui.fields import offer
from samsyn.web.ui.templatetags.samsyn import term_label

_CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")),
    (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip


_KINDS = {kind.value for kind in NoticeKind}


class NoticeSettingsForm(forms.Form):
    """E-mail address, quiet hours, the digest's hour, and a way for each kind."""

    email = forms.EmailField(
        label=_("E-mail at work"),
        required=False,
        help_text=_(
            "Without an address, notices are only shown here. An e-mail never says what it is about."
        ),
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=_CLOCK)
    quiet_to = forms.TimeField(label=_("Quiet until"), required=False, widget=_CLOCK)
    digest_hour = forms.TypedChoiceField(
        label=_("Digest at"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )
    digest_weekday = forms.TypedChoiceField(label=_("Weekly digest on"), coerce=int, choices=WEEKDAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(way.value, term_label(f"Channel.{way.name}")) for way in Channel]
        for kind in NoticeKind:
            self.fields[kind.value] = forms.ChoiceField(label=term_label(f"NoticeKind.{kind.name}"))
            offer(self, kind.value, ways)

    @property
    def about_mail(self) -> list[forms.BoundField]:
        """The fields about e-mail."""
        return [self[name] for name in self.fields if name not in _KINDS]

    @property
    def about_kinds(self) -> list[forms.BoundField]:
        """A field for each kind."""
        return [self[kind.value] for kind in NoticeKind]

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of the quiet hours."""
        given = super().clean() or {}
        if (given.get("quiet_from") is None) != (given.get("quiet_to") is None):
            self.add_error("quiet_to", _("Give both the beginning and the end, or neither."))
        return given

    def hours(self) -> Hours:
        """Return the hours that were chosen."""
        given = self.cleaned_data
        return Hours(given["quiet_from"], given["quiet_to"], given["digest_hour"], given["digest_weekday"])

    def channels(self) -> dict[NoticeKind, Channel]:
        """Return the way of each kind."""
        return {kind: Channel(self.cleaned_data[kind.value]) for kind in NoticeKind}
