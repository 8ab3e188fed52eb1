"""The parties that Vision Klara and the district board's reply name, as functions, for reading.

Every entry says in which document and about where it stands, in our own words. Nothing is entered that the
documents do not say: no telephone number, no letter-box, no hours, no number of people, nobody's name. The
text edition of Vision Klara prints few page numbers; the others are counted from those and stand as
"about". A function that turns to ages that the closed lists cut otherwise says so in its limits.
"""

from __future__ import annotations

from dataclasses import dataclass

from samsyn.domain.access import OrganisationKind
from samsyn.domain.actors import Need, TargetGroup

_U, _N = TargetGroup, Need
_YOUNG = (_U.UNDER_18, _U.AGE_18_TO_24)
_ORDER = (_N.ORDER_AND_PROPERTY,)


@dataclass(frozen=True, slots=True)
class PublishedFunction:
    """A function with what a document says of it; ``key`` is its short name in the demo."""

    key: str
    name: str
    assignment: str
    source: str
    groups: tuple[TargetGroup, ...] = ()
    needs: tuple[Need, ...] = ()
    limits: str = ""
    needs_mandate: bool = False

    @property
    def text(self) -> str:
        """The assignment with its source, as the card shows it."""
        return f"{self.assignment} Källa: {self.source}."


@dataclass(frozen=True, slots=True)
class PublishedActor:
    """A party and its functions; ``klara_only`` unless the document says that it works in the whole city."""

    name: str
    kind: OrganisationKind
    is_authority: bool
    functions: tuple[PublishedFunction, ...]
    klara_only: bool = True


def _klara(page: int) -> str:
    return f"Vision Klara, rapport 1 (2019), omkring s. {page}"


def _board(page: int) -> str:
    return f"Norra innerstadens stadsdelsnämnd, dnr NI 2023/1244, s. {page}"


_GUARD_LIMITS = "Verkar inom det område som tillståndet gäller."


def published_actors() -> tuple[PublishedActor, ...]:
    """Return the parties in the order of the report, those of the reply last.

    Examples
    --------
    >>> [one.name for one in published_actors()][-1]
    'Åhléns City'
    """
    return (*_authorities(), *_social_services(), *_city_offices(), *_others())


def _authorities() -> tuple[PublishedActor, ...]:
    kind, function = OrganisationKind, PublishedFunction
    return (
        PublishedActor(
            "Polisen, lokalpolisområde Norrmalm", kind.POLICE, True,
            (
                function(
                    "polisen-norrmalm-chef", "Lokalpolisområdeschef",
                    "Fastställer områdets förebyggande insatser i Klara och följer upp överenskommelsen "
                    "med stadsdelsförvaltningen.", _klara(28),
                ),
                function(
                    "polisen-norrmalm-kommunpolis", "Kommunpolis",
                    "Håller i helheten tillsammans med trygghetssamordnaren, följer upp polisens åtaganden "
                    "och kallar till FO Klara.", _klara(28),
                ),
                function(
                    "polisen-norrmalm-insatsledare", "Insatsledare, FO Klara",
                    "Leder och följer upp polisens insatser i fokusområdet.", _klara(28),
                    (_U.WHOEVER,), _ORDER,
                ),
                function(
                    "polisen-norrmalm-omradespolis", "Områdespolis",
                    "Förebygger och ingriper på platsen; bjuder in till samverkansutsättningen två gånger i "
                    "veckan.", _klara(28), (_U.WHOEVER,), _ORDER,
                ),
                function(
                    "polisen-norrmalm-igob", "Grov organiserad brottslighet, ungdomspolis, narkotikapolis",
                    "Deltar i forumen när det behövs.", _klara(28),
                ),
            ),
        ),
        PublishedActor(
            "Norrmalms stadsdelsförvaltning", kind.MUNICIPALITY, True,
            (
                function(
                    "norrmalms-stadsdelsforvaltning-direktor", "Stadsdelsdirektör",
                    "Följer upp att förvaltningen håller överenskommelsen.", _klara(28),
                ),
                function(
                    "norrmalms-stadsdelsforvaltning-samordnare", "Trygghetssamordnare",
                    "Håller i helheten tillsammans med kommunpolisen och följer upp förvaltningens "
                    "åtaganden.", _klara(28),
                ),
                function(
                    "norrmalms-stadsdelsforvaltning-fritid", "Enhetschef, fritid och fältassistenter",
                    "Lyfter vad fältassistenterna behöver och vad som står i vägen.", _klara(29),
                ),
                function(
                    "norrmalms-stadsdelsforvaltning-prevention", "Preventionssamordnare",
                    "Bidrar med analys, underlag och utbildning om alkohol, narkotika, dopning, tobak och "
                    "spel.", _klara(29),
                ),
                function(
                    "norrmalms-stadsdelsforvaltning-falt", "Fältassistenter",
                    "Söker upp ungdomar, skapar trygghet och relationer och lotsar till fritid.", _klara(29),
                    _YOUNG, (_N.TALK_AND_SUPPORT,), "13–19 år.",
                ),
                function(
                    "norrmalms-stadsdelsforvaltning-platsansvarig", "Platsansvarig",
                    "Leder samverkansutsättningen när polisen inte kan, på förvaltningens uppdrag.",
                    _klara(23),
                ),
            ),
        ),
        PublishedActor(
            "Länsstyrelsen i Stockholm", kind.COUNTY_BOARD, True,
            (
                function(
                    "lansstyrelsen-analys", "Analytiker, länet",
                    "Stöder och samordnar det brottsförebyggande arbetet; bidrar med forskning och fakta.",
                    _klara(33),
                ),
            ),
            klara_only=False,
        ),
    )  # fmt: skip


def _social_services() -> tuple[PublishedActor, ...]:
    kind, function = OrganisationKind, PublishedFunction
    return (
        PublishedActor(
            "Socialförvaltningen", kind.MUNICIPALITY, True,
            (
                function(
                    "socialforvaltningen-direktor", "Förvaltningsdirektör",
                    "Följer upp att förvaltningen håller sina åtaganden.", _klara(29),
                ),
                function(
                    "socialforvaltningen-framtid", "Enhetschef, Framtid Stockholm",
                    "Sitter i styrgruppen.", _klara(29),
                ),
                function(
                    "socialforvaltningen-ungdomsjouren", "Ungdomsjouren",
                    "Upptäcker tidigt unga som riskerar att fara illa och länkar dem till stöd; ute dagar, "
                    "kvällar och nätter i hela staden.", _klara(29),
                    _YOUNG, (_N.CHILD_AT_RISK, _N.TALK_AND_SUPPORT), "Upp till 20 år.",
                ),
                function(
                    "socialforvaltningen-uppsokarteamet", "Uppsökarteamet",
                    "Tar kontakt med vuxna utan bostad eller i annan utsatthet och länkar till ordinarie "
                    "hjälp.", _klara(29), (_U.HOMELESS_ADULT, _U.ADULT), (_N.TALK_AND_SUPPORT,),
                ),
                function(
                    "socialforvaltningen-centralen", "Centralenuppsökarna",
                    "Två uppsökande socialsekreterare på Centralstationen sedan augusti 2019.", _klara(30),
                    (_U.HOMELESS_ADULT, _U.ADULT), (_N.TALK_AND_SUPPORT,), "Centralstationen.",
                ),
                function(
                    "socialforvaltningen-eu-teamet", "EU-teamet",
                    "Når EU-medborgare utan bostad eller i annan utsatthet och länkar till insatser när det "
                    "är akut.", _klara(30), (_U.EU_CITIZEN,), (_N.TALK_AND_SUPPORT,),
                ),
                function(
                    "socialforvaltningen-mika", "MIKA",
                    "Mottagning och uppsökande arbete för vuxna som har sex mot ersättning, skadar sig med "
                    "sex eller är utsatta för människohandel.", _klara(30),
                    (_U.ADULT,), (_N.HELP_AGAINST_PAYMENT_FOR_SEX,), "Bosatta i Stockholms stad.",
                ),
                function(
                    "socialforvaltningen-manniskohandel", "Regionkoordinator mot människohandel",
                    "Samarbetar med polisens enhet mot grov organiserad brottslighet.", _klara(30),
                ),
                function(
                    "socialforvaltningen-enheten", "Enheten mot prostitution och människohandel",
                    "Deltar i samverkan operativt.", _board(4),
                ),
            ),
            klara_only=False,
        ),
    )  # fmt: skip


def _city_offices() -> tuple[PublishedActor, ...]:
    kind, function = OrganisationKind, PublishedFunction
    return (
        PublishedActor(
            "Trafikkontoret", kind.MUNICIPALITY, True,
            (
                function(
                    "trafikkontoret-stab", "Stabschef",
                    "Följer upp att kontoret håller sina åtaganden.", _klara(31),
                ),
                function(
                    "trafikkontoret-belysning", "Belysningsansvarig",
                    "Åtgärdar belysningen på allmän mark.", _klara(31), (), _ORDER,
                ),
                function(
                    "trafikkontoret-drift", "Driftsansvarig",
                    "Städning, vinterunderhåll och drift av allmän mark; vägen in till kontorets övriga "
                    "delar.", _klara(31), (), _ORDER,
                ),
                function(
                    "trafikkontoret-stadsmiljo", "Stadsmiljö",
                    "Deltar sedan april 2019 i Platssamverkan Sergels torg.", _klara(31),
                ),
            ),
        ),
        PublishedActor(
            "Exploateringskontoret", kind.MUNICIPALITY, True,
            (
                function(
                    "exploateringskontoret-city", "Områdesansvarig City",
                    "Markägare, fastighetsägare och ansvarig för stadsutvecklingen i City; sitter i "
                    "styrgruppen.", _klara(31),
                ),
            ),
        ),
        PublishedActor(
            "Fastighetskontoret", kind.MUNICIPALITY, True,
            (
                function(
                    "fastighetskontoret-styrgrupp", "Företrädare i styrgruppen",
                    "Sitter i styrgruppen.", _klara(26),
                ),
            ),
        ),
        PublishedActor(
            "Stadsledningskontoret, säkerhetsenheten", kind.MUNICIPALITY, True,
            (
                function(
                    "sakerhetsenheten-strateg", "Säkerhetsstrateg",
                    "Berättar om läget och om vad stadens mobila ordningsvakter kan och inte kan.",
                    _klara(31),
                ),
                function(
                    "sakerhetsenheten-ordningsvakter", "Stadens mobila ordningsvakter",
                    "Håller ordning och samverkar på platsen; större delen av Klara är förordnandeområde "
                    "sedan augusti 2019.", _klara(31), (_U.WHOEVER,), _ORDER, _GUARD_LIMITS,
                    needs_mandate=True,
                ),
            ),
        ),
        PublishedActor(
            "Kulturhuset Stadsteatern", kind.MUNICIPAL_COMPANY, False,
            (
                function(
                    "kulturhuset-stadsteatern-vd", "VD",
                    "Följer upp att bolaget håller sina åtaganden.", _klara(30),
                ),
                function(
                    "kulturhuset-stadsteatern-sakerhet", "Säkerhetschef",
                    "Bidrar med läget och med trygghets- och säkerhetsfrågor intill huset.", _klara(30),
                ),
                function(
                    "kulturhuset-stadsteatern-ordningsvakt", "Ordningsvakter",
                    "Håller ordning i och kring huset dygnet runt; sedan sommaren 2022 även vid "
                    "evenemangen på torget (dnr NI 2023/1244, s. 7–8).", _klara(30),
                    (_U.WHOEVER,), _ORDER, _GUARD_LIMITS, needs_mandate=True,
                ),
                function(
                    "kulturhuset-stadsteatern-evenemang", "Musik- och evenemangschef",
                    "Samordnar husets del i Platssamverkan Sergels torg.", _klara(30),
                ),
            ),
        ),
    )  # fmt: skip


def _others() -> tuple[PublishedActor, ...]:
    kind, function = OrganisationKind, PublishedFunction
    return (
        PublishedActor(
            "City i Samverkan", kind.CIVIL_SOCIETY, False,
            (
                function(
                    "city-i-samverkan-vd", "VD",
                    "Följer upp att föreningen håller sina åtaganden.", _klara(32),
                ),
                function(
                    "city-i-samverkan-projektledare", "Projektledare, trygghet och säkerhet",
                    "Bidrar med läget och med strategiska trygghetsfrågor.", _klara(32),
                ),
                function(
                    "city-i-samverkan-platsansvarig", "Platsansvarig",
                    "Samordnar dem som är i samverkanslokalen och på samverkansutsättningen.", _klara(32),
                ),
            ),
        ),
        PublishedActor(
            "Trafikförvaltningen", kind.TRANSIT, False,
            (
                function(
                    "trafikforvaltningen-trygghet", "Strategiskt trygghetsansvarig",
                    "Berättar om trygghetsarbetet i kollektivtrafiken och hur samverkan kan gå till; tar "
                    "frågor om belysning och byggnader.", _klara(32),
                ),
                function(
                    "trafikforvaltningen-ordningsvakt", "Ordningsvakter",
                    "Deltar i FO Klara och samverkansutsättningen och bidrar med läget.", _klara(32),
                    (_U.WHOEVER,), _ORDER, "Verkar inom den egna organisationens förordnandeområde.",
                    needs_mandate=True,
                ),
            ),
        ),
        PublishedActor(
            "MTR", kind.TRANSIT, False,
            (
                function(
                    "mtr-trygghet", "Trygghetschef och stationschef",
                    "Bidrar med läget i och kring stationerna. Deltar enligt dnr NI 2023/1244, s. 4 med "
                    "stations duty officers.", _klara(32),
                ),
            ),
        ),
        PublishedActor(
            "Jernhusen", kind.PROPERTY_OWNER, False,
            (
                function(
                    "jernhusen-sakerhet", "Säkerhetschef",
                    "Bidrar med läget kring Centralstationen och Cityterminalen, som bolaget äger.",
                    _klara(33),
                ),
                function(
                    "jernhusen-ordningsvakt", "Ordningsvakter",
                    "Håller ordning och samverkar inom sitt förordnandeområde.", _klara(33),
                    (_U.WHOEVER,), _ORDER, _GUARD_LIMITS, needs_mandate=True,
                ),
            ),
        ),
        PublishedActor(
            "Skyddsvärnet", kind.CIVIL_SOCIETY, False,
            (
                function(
                    "skyddsvarnet-safe", "SAFE",
                    "Skapar trygghet för barn och unga i offentliga miljöer, på socialförvaltningens "
                    "uppdrag; ingår inte i forumen.", _klara(33), (_U.UNDER_18,), (_N.TALK_AND_SUPPORT,),
                ),
            ),
        ),
        *(
            PublishedActor(
                name, kind.BUSINESS, False,
                (
                    function(
                        key, "Ordningsvakter", "Medverkar operativt.", _board(5), (_U.WHOEVER,), _ORDER,
                        _GUARD_LIMITS, needs_mandate=True,
                    ),
                ),
            )
            for key, name in (("gallerian-ordningsvakt", "Gallerian"), ("ahlens-ordningsvakt", "Åhléns City"))
        ),
    )  # fmt: skip
