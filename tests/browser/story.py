"""What people have done in the demo before the tests open it, so that every address has something to show.

Run as a program in the demo's own environment. Everything is posted to the pages, as a browser would.
"""

from __future__ import annotations

import re
from datetime import timedelta

PLACE = "/stockholm/platser/sergels-torg"


def tell() -> None:
    """Freeze, approve and question a picture; open, answer and settle an assessment; begin an import."""
    pictures()
    imports()
    assessments()
    meetings()
    actors()


def client(account: str):
    """Return a signed-in browser without a screen."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    made = Client(SERVER_NAME="127.0.0.1")
    made.force_login(get_user_model().objects.get(username=account))
    return made


def send(account: str, path: str, **fields: object) -> str:
    """Post a form and return where the answer leads; an answer that leads nowhere is an error."""
    answer = client(account).post(path, fields)
    if answer.status_code != 302:
        page = answer.content.decode()
        said = re.findall(r'class="(?:field-error|error-summary)[^>]*>(.*?)</(?:p|div)>', page, re.DOTALL)
        raise RuntimeError(f"{path} answered {answer.status_code}: {said or page[:400]}")
    return str(answer.url)


def pictures() -> None:
    """Leave two frozen versions of Sergels torg, the first one questioned."""
    first = send("samordnare", f"{PLACE}/lagesbild/2017-2019/las/", note="Inför styrgruppen")
    send("fastighetsagare", f"{first}jag-haller-inte-med/", about="Stöld", text="Vi har sett fler stölder.")
    second = send("samordnare", f"{PLACE}/lagesbild/2018-2019/las/", note="")
    send("kommunpolis", f"{second}godkann/", note="")


def imports() -> None:
    """Leave a table that is handed in and not yet answered for."""
    table = (
        "Område\tÅr\tStöld\tRån\nSergels torg (101025)\t2020\t231\t-\nHässelby torg (208017)\t2020\t81\t4\n"
    )
    send("samordnare", "/stockholm/underlag/las-in/", text=table)


def actors() -> None:
    """Leave a shift, a mandate area with a card, a thing and a wanted party at Sergels torg."""
    from samsyn.domain.calendar import today
    from samsyn.web.people.models import Membership

    start = "/stockholm"
    own = Membership.objects.get(workspace__slug="stockholm", user__username="samordnare").function
    shift = {"function": str(own.pk), "day": today().isoformat(), "starts": "00", "ends": "24"}
    send("samordnare", f"{start}/tjanstgoring/plats/sergels-torg/nytt/", **shift)
    corners = "18.0630 59.3310\n18.0670 59.3310\n18.0670 59.3325\n18.0630 59.3325"
    send(
        "samordnare", f"{start}/mandat/plats/sergels-torg/nytt/", kind="local_rules", name="Provområdet",
        holder=str(own.organisation_id), corners=corners, valid_from=today().isoformat(),
        conditions_class="2",
    )  # fmt: skip
    card = {"function": str(own.pk), "may": "Kalla till möte på platsen.", "text_class": "1"}
    send("samordnare", f"{start}/mandat/plats/sergels-torg/kort/", **card)
    send(
        "samordnare", f"{start}/objekt/plats/sergels-torg/nytt/", kind="lamp", name="Lampa 14",
        keeper=str(own.organisation_id),
    )  # fmt: skip
    send("samordnare", f"{start}/aktorer/onskade/", name="Vårdcentralen", why="Vården saknas.")


def answers(yes: int, no: int) -> dict[str, str]:
    """Return ten answers and the definition's clauses, all met."""
    from samsyn.web.places.assessment_models import GATE_CLAUSES

    values = ["yes"] * yes + ["no"] * no + ["dont_know"] * (10 - yes - no)
    chosen = {f"answer_{number}": value for number, value in enumerate(values, start=1)}
    gate = {f"answer_{clause}": "yes" for clause in GATE_CLAUSES}
    return {"revision": "0", "text_class": "2", **chosen, **gate}


def assessments() -> None:
    """Leave one settled and questioned, one ready for the joint meeting, and one that collects answers."""
    from samsyn.domain.calendar import today
    from samsyn.web.people.models import Membership
    from samsyn.web.places.models import JointAssessment

    asked = {
        account: str(Membership.objects.get(workspace__slug="stockholm", user__username=account).function_id)
        for account in ("samordnare", "omradespolis")
    }
    day = today()

    def opened(list_of: str = "ODS10-2018") -> str:
        return send(
            "samordnare", f"{PLACE}/bedomning/ny/", set_code=list_of,
            invited=list(asked.values()), deadline=(day + timedelta(days=14)).isoformat(),
        )  # fmt: skip

    settled = opened()
    send("samordnare", f"{settled}svar/", **answers(8, 2), send="1")
    send("omradespolis", f"{settled}svar/", **answers(7, 2), send="1")
    joint = {**answers(8, 2), "assessed_on": day.isoformat(), "motive": "Samsyn efter genomgång."}
    send("samordnare", f"{settled}samsyn/", **joint, save="1")
    revision = str(JointAssessment.objects.latest("created_at").revision)
    send("samordnare", f"{settled}samsyn/", **{**joint, "revision": revision}, freeze="1")
    send(
        "omradespolis",
        f"{settled}invandning/",
        number="4",
        text_class="2",
        text="Det stämmer inte på kvällen.",
    )

    spread = opened()
    for account, yes in (("samordnare", 8), ("omradespolis", 5)):
        send(account, f"{spread}svar/", **answers(yes, 2), send="1")
    opened("ODS7-2018")


def meetings() -> None:
    """Leave meetings planned, going on, over and called off, and a digital round."""
    from samsyn.domain.calendar import STOCKHOLM, now

    briefing = "/stockholm/forum/klara-samverkansutsattning/mote/"

    def planned(forum: str, minutes: int) -> str:
        at = (now() + timedelta(minutes=minutes)).astimezone(STOCKHOLM)
        asked = {"day": at.date().isoformat(), "at": f"{at:%H:%M}", "form": "physical"}
        return send("samordnare", forum, **asked)

    planned("/stockholm/forum/platssamverkan-klara/mote/", 3 * 24 * 60)
    planned(briefing, 24 * 60)
    over = planned(briefing, 5)
    send("omradespolis", f"{over}oppna/")
    send("omradespolis", f"{over}avsluta/")
    off = planned(briefing, 30)
    send("omradespolis", f"{off}stall-in/", reason="demonstration")
    going_on = planned(briefing, 15)
    send("omradespolis", f"{going_on}oppna/")
    send("omradespolis", send("omradespolis", f"{planned(briefing, 45)}stall-in/", reason="event") + "runda/")


if __name__ == "__main__":
    import django

    django.setup()
    tell()
