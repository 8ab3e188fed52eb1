"""Forms for planning, moving and calling off meetings, and for what is said at them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samsyn.domain.access import Actor, SharingClass
from samsyn.domain.calendar import STOCKHOLM, today
from samsyn.domain.meetings import BriefingPoint, CalledOffReason, MeetingForm, PointOutcome
from samsyn.domain.recurrence import at_stockholm
from samsyn.web.cooperation.forum_forms import functions_of, guarded
from samsyn.web.cooperation.meeting_services import NewMeeting, NewSeries
from samsyn.web.cooperation.models import Forum, Meeting, MeetingPoint
from samsyn.web.people.models import Function
from samsyn.web.places.assessment_forms import ReasonToKeep
from samsyn.web.ui.fields import offer, offer_rows
from samsyn.web.ui.templatetags.samsyn import term_label

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip
LONGEST_NOTE = 400


def day_field(label: StrOrPromise, *, required: bool = True) -> forms.DateField:
    """Return a date."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required)


def time_field(label: StrOrPromise) -> forms.TimeField:
    """Return a time of day."""
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def class_field(label: StrOrPromise, initial: SharingClass = SharingClass.AUTHORITIES) -> Any:
    """Return who may read a text: everybody in the cooperation, or authorities."""
    field = forms.TypedChoiceField(label=label, coerce=int, initial=initial.value)
    kept = (SharingClass.COOPERATION, SharingClass.AUTHORITIES)
    field.choices = [(member.value, term_label(member.name.lower())) for member in kept]
    return field


class PlanForm(ReasonToKeep):
    """One meeting, or meetings that come back."""

    day = day_field(_("Day"))
    at = time_field(_("Time"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=600, required=False)
    form = forms.ChoiceField(label=_("How it is held"))
    repeats = forms.ChoiceField(
        label=_("Comes back"), required=False,
        choices=(("", _("No, only this once")), ("1", _("Every week")), ("2", _("Every second week"))),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"), choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    until = day_field(_("Until"), required=False)
    title = forms.CharField(
        label=_("What it is about, if it is no ordinary meeting"), max_length=120, required=False,
        widget=guarded(),
    )  # fmt: skip
    invited = forms.ModelMultipleChoiceField(
        label=_("Asked besides the members"),
        queryset=Function.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, actor: Actor, forum: Forum, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forms_of = (MeetingForm.PHYSICAL, MeetingForm.DIGITAL)
        offer(self, "form", [(one.value, term_label(one.value)) for one in forms_of])
        seated = forum.seats.filter(valid_to=None).values("function_id")
        offer_rows(self, "invited", functions_of(actor).exclude(pk__in=seated))
        self.initial.setdefault("day", today())
        self.fields["form"].label = _("How it is held")

    def clean(self) -> dict[str, Any]:
        """A series needs its last day; a weekday nobody ticked is that of its first."""
        data = super().clean() or {}
        if data.get("repeats") and not data.get("until"):
            self.add_error("until", _("Say until when it comes back."))
        return data

    def new_meeting(self) -> NewMeeting:
        """Return the one meeting."""
        data = self.cleaned_data
        return NewMeeting(
            starts_at=at_stockholm(data["day"], data["at"]),
            minutes=data["minutes"] or 0,
            form=MeetingForm(data["form"]),
            title=data["title"],
            invited=list(data["invited"]),
        )

    def new_series(self) -> NewSeries:
        """Return the series."""
        data = self.cleaned_data
        return NewSeries(
            weekdays=data["weekdays"] or [data["day"].weekday()],
            at=data["at"],
            first=data["day"],
            until=data["until"],
            every_weeks=int(data["repeats"]),
            minutes=data["minutes"] or 0,
            form=MeetingForm(data["form"]),
        )


class MoveForm(forms.Form):
    """When a meeting is held instead."""

    day = day_field(_("Day"))
    at = time_field(_("Time"))
    rest = forms.BooleanField(label=_("Move the rest of the series too"), required=False)

    def __init__(self, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        local = meeting.starts_at.astimezone(STOCKHOLM)
        self.initial.update({"day": local.date(), "at": local.time()})
        if meeting.series_id is None:
            del self.fields["rest"]

    def moment(self) -> datetime:
        """Return the new start."""
        return at_stockholm(self.cleaned_data["day"], self.cleaned_data["at"])


class InviteForm(forms.Form):
    """Who is asked besides the members."""

    invited = forms.ModelMultipleChoiceField(
        label=_("Asked besides the members"),
        queryset=Function.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, actor: Actor, meeting: Meeting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = meeting.forum.seats.filter(valid_to=None).values("function_id")
        offer_rows(self, "invited", functions_of(actor).exclude(pk__in=seated))
        self.initial["invited"] = [one.pk for one in meeting.invited.all()]


class CallOffForm(forms.Form):
    """Why a meeting is called off; one tap for the reason, one to say so."""

    reason = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "reason", [(one.value, term_label(one.value)) for one in CalledOffReason])


class CheckInForm(forms.Form):
    """One's own function is here; until when it is on, if one wants to say."""

    on_until = forms.TimeField(
        label=_("On until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("When your function goes off tonight, if you know."),
    )


class PointForm(ReasonToKeep):
    """A point of one's own."""

    title = forms.CharField(label=_("What is it about?"), max_length=200, widget=guarded())
    title_class = class_field(_("Who may read it"), SharingClass.COOPERATION)


class NoteForm(ReasonToKeep):
    """The one line of a point, who may read it, and how it ended."""

    note = forms.CharField(
        label=_("In one line"), max_length=LONGEST_NOTE, required=False, widget=guarded(),
        help_text=_("Write about the place, never about people."),
    )  # fmt: skip
    note_class = class_field(_("Who may read it"))
    outcome = forms.ChoiceField(label=_("How it ended"), required=False, widget=forms.RadioSelect)

    def __init__(self, point: MeetingPoint, *args: Any, with_outcome: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = [one for one in PointOutcome if one is not PointOutcome.POINT_LIFTED]
        offer(self, "outcome", [("", _("Not said"))] + [(one.value, term_label(one.value)) for one in ends])
        self.initial.update({"note": point.note, "note_class": point.note_class, "outcome": point.outcome})
        # How it was lifted is not undone by a note.
        if not with_outcome or point.outcome == PointOutcome.POINT_LIFTED:
            del self.fields["outcome"]


class LiftForm(ReasonToKeep):
    """What the forum above needs to know to decide."""

    half_page = forms.CharField(
        label=_("Half a page for the forum above"), max_length=2000, required=False, widget=guarded(10)
    )
    half_page_class = class_field(_("Who may read it"))


class RoundForm(ReasonToKeep):
    """The five points, answered for one's own function."""

    def __init__(self, points: Iterable[MeetingPoint], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [point.code for point in points if point.code in {one.value for one in BriefingPoint}]
        for code in self.codes:
            self.fields[f"text_{code}"] = forms.CharField(
                label=term_label(code), max_length=LONGEST_NOTE, required=False, widget=guarded()
            )
        self.fields["text_class"] = class_field(_("Who may read your answers"))
        self.order_fields([*(f"text_{code}" for code in self.codes), "text_class", "override_reason"])

    def texts(self) -> dict[str, str]:
        """Return the answers by the code of the point."""
        return {code: self.cleaned_data[f"text_{code}"] for code in self.codes}


class FeedForm(forms.Form):
    """What a calendar link is to hold."""

    forum = forms.ModelChoiceField(
        label=_("Which meetings"),
        queryset=Forum.objects.none(),
        required=False,
        empty_label=_("All that my function is expected at"),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "forum", Forum.objects.visible_to(actor).filter(closed_on=None))


class PeriodForm(forms.Form):
    """From a day to a day."""

    first = day_field(_("From"), required=False)
    last = day_field(_("To"), required=False)
