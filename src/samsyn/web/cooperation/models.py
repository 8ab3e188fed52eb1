"""Django looks for an app's models here; each group stands in a module of its own."""

from __future__ import annotations

from samsyn.web.cooperation.agreement_models import (
    Agreement as Agreement,
    AgreementParty as AgreementParty,
    AgreementStep as AgreementStep,
    Commitment as Commitment,
    FollowUp as FollowUp,
)
from samsyn.web.cooperation.check_models import (
    Pulse as Pulse,
    PulseTally as PulseTally,
    PulseTicket as PulseTicket,
    SelfCheck as SelfCheck,
    SelfCheckAnswer as SelfCheckAnswer,
)
from samsyn.web.cooperation.coverage_models import (
    CoverageFinding as CoverageFinding,
    InformalControl as InformalControl,
)
from samsyn.web.cooperation.duty_models import DutyShift as DutyShift
from samsyn.web.cooperation.forum_models import Forum as Forum, ForumSeat as ForumSeat
from samsyn.web.cooperation.handover_models import HandoverReceipt as HandoverReceipt
from samsyn.web.cooperation.heads_up_models import HeadsUp as HeadsUp
from samsyn.web.cooperation.issue_models import Issue as Issue, IssueStep as IssueStep
from samsyn.web.cooperation.meeting_models import (
    Attendance as Attendance,
    CalendarFeed as CalendarFeed,
    Meeting as Meeting,
    MeetingPoint as MeetingPoint,
    MeetingSeries as MeetingSeries,
    RoundAnswer as RoundAnswer,
)
from samsyn.web.cooperation.statement_models import Statement as Statement
from samsyn.web.cooperation.tonight_models import TonightNote as TonightNote
from samsyn.web.cooperation.wanted_models import WantedActor as WantedActor, WantedStep as WantedStep
