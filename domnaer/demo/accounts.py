"""The accounts of the demo: one or two people for each desk, and the program that loads history.

All people are invented. A test compares their permissions with those that the routes of the services require.
"""

from __future__ import annotations

from functools import cache

from chassis.access.permissions import Reach
from chassis.pages.officers import HISTORY_LOADER
from chassis.pages.translation import N_
from domnaer.demo.employers import agencies_to
from domnaer.local.issuer import DemoPerson

PASSWORD = "domnaer"  # noqa: S105 - shown on the sign-in page of one machine, where anyone may sign in as anyone
LOADER = HISTORY_LOADER

_LOOKS = ("registry.worker.search", "registry.worker.read", "registry.timeline.read")
_BORDER = ("border.crossing.record", "border.crossing.read", "border.handover.record", "border.handover.read")
_CONTRACTS = "recruitment.employment_contract"
_EMPLOYERS = ("recruitment.employer.register", "recruitment.employer.read")
_MISSION = (
    "consular.case.open",
    "consular.case.work",
    "consular.case.read",
    "consular.permit.record",
    "consular.permit.read",
    f"{_CONTRACTS}.read",
    *_EMPLOYERS,
    "recruitment.event.correct",
    "consular.event.correct",
)
_RECEIVES = ("consular.referral.receive", "border.referral.receive")
_COUNSELLING = (
    *_RECEIVES,
    "reintegration.case.work",
    "reintegration.case.read",
    "reintegration.vacancy.register",
    "reintegration.vacancy.read",
    "reintegration.employer.register",
    "reintegration.employer.read",
    "reintegration.event.correct",
    "skills.application.open",
    "skills.application.read",
    "skills.assessment.book",
)
_ASSESSING = (
    "skills.application.open",
    "skills.application.read",
    "skills.assessment.book",
    "skills.assessment.decide",
    "skills.event.correct",
)
_RECOGNISING = (
    "skills.application.read",
    "skills.recognition.grant",
    "skills.recognition.revoke",
    "skills.event.correct",
)
_SERVICES = ("border", "consular", "recruitment", "reintegration", "skills")


def _person(
    name: str,
    english: str,
    khmer: str,
    office: str,
    titles: tuple[str, str],
    reach: Reach,
    *permissions: str,
    does: str = "",
) -> DemoPerson:
    return DemoPerson(
        id=name,
        name_en=english,
        name_km=khmer,
        office=office,
        title=titles[0],
        title_km=titles[1],
        permissions=frozenset(permissions),
        reach=reach,
        password=PASSWORD,
        does=does,
    )


def _attache(
    name: str, english: str, khmer: str, mission: str, cities: tuple[str, str], country: str
) -> DemoPerson:
    return _person(
        name, english, khmer, mission, (f"Labour attaché, {cities[0]}", f"អនុព័ន្ធការងារ {cities[1]}"), Reach(countries=frozenset([country])),
        *_MISSION, *_LOOKS, "registry.tick.record",
        does=N_("Opens cases of workers in need abroad and follows them to their end."),
    )  # fmt: skip


def _counsellor(name: str, english: str, khmer: str, province: str, places: tuple[str, str]) -> DemoPerson:
    return _person(
        name, english, khmer, f"NEA-{province}", (f"Employment counsellor, {places[0]}", f"អ្នកប្រឹក្សាការងារ {places[1]}"),
        Reach(provinces=frozenset([province])), *_COUNSELLING, *_LOOKS,
        does=N_("Counsels people who came back, and finds vacancies that fit them."),
    )  # fmt: skip


@cache
def demo_people() -> tuple[DemoPerson, ...]:
    """Return everyone who can sign in, in the order of a journey."""
    agency = next(each for each in agencies_to("THA") if each.kind == "private")
    whole_country = Reach(national=True)
    return (
        _person(
            "clerk", "Chea Sreymom", "ជា ស្រីមុំ", "AGENCY", (f"Clerk of {agency.name}", f"បុគ្គលិករបស់ {agency.name}"),
            Reach(agencies=frozenset([str(agency.id)])),
            f"{_CONTRACTS}.register", f"{_CONTRACTS}.read", *_EMPLOYERS, "recruitment.event.correct",
            does=N_("Registers employment contracts for an agency, and answers what the reviewer returned."),
        ),
        _person(
            "reviewer", "Prak Dara", "ប្រាក់ តារា", "MOLVT", ("Contract reviewer, Ministry of Labour", "មន្ត្រីពិនិត្យកិច្ចសន្យា ក្រសួងការងារ"), whole_country,
            f"{_CONTRACTS}.review", f"{_CONTRACTS}.read", "recruitment.agency.register", *_RECEIVES, *_EMPLOYERS, "recruitment.event.correct", *_LOOKS,
            does=N_("Reviews employment contracts, and receives people whom border posts refer for unpaid wages."),
        ),
        _person(
            "officer", "Chan Vuthy", "ចាន់ វុទ្ធី", "KH-POI", ("Officer at Poipet, Ministry of Interior", "មន្ត្រីនៅប៉ោយប៉ែត ក្រសួងមហាផ្ទៃ"),
            Reach(posts=frozenset(["KH-POI"])), *_BORDER, "border.document.check", "border.event.correct",
            "border.device.register", "border.screening.record", *_LOOKS,
            does=N_("Records who crosses the border at Poipet, and asks people who came back what they need."),
        ),
        _person(
            "referrals", "Ros Sothea", "រស់ សុធា", "MOI", ("Desk for referrals, Ministry of Interior", "ការិយាល័យទទួលការបញ្ជូន ក្រសួងមហាផ្ទៃ"), whole_country,
            *_RECEIVES, *_LOOKS,
            does=N_("Receives the people whom missions and border posts refer to the Ministry of Interior."),
        ),
        _person(
            "social-affairs", "Chhim Sokunthea", "ឈឹម សុគន្ធា", "MOSVY",
            ("Desk for referrals, Ministry of Social Affairs", "ការិយាល័យទទួលការបញ្ជូន ក្រសួងសង្គមកិច្ច"),
            whole_country, *_RECEIVES,
            does=N_("Receives children who come back alone, and people whom missions and border posts refer."),
        ),
        _attache("attache-bangkok", "Sok Pisey", "សុខ ពិសី", "BKK", ("Bangkok", "បាងកក"), "THA"),
        _attache("attache-kuala-lumpur", "Ouk Ratha", "អ៊ុក រដ្ឋា", "KUL", ("Kuala Lumpur", "កូឡាឡាំពួរ"), "MYS"),
        _attache("attache-seoul", "Lim Sopheap", "លឹម សុភាព", "SEL", ("Seoul", "សេអ៊ូល"), "KOR"),
        _counsellor("counsellor-battambang", "Meas Kunthea", "មាស គន្ធា", "02", ("Battambang", "បាត់ដំបង")),
        _counsellor("counsellor-poipet", "Heng Borey", "ហេង បូរី", "01", ("Banteay Meanchey", "បន្ទាយមានជ័យ")),
        _person(
            "assessor", "Nhem Rithy", "ញ៉ែម រិទ្ធី", "SKILLS", ("Skills assessor", "អ្នកវាយតម្លៃជំនាញ"), whole_country,
            *_ASSESSING, *_LOOKS,
            does=N_("Books and decides assessments of what people learnt at work."),
        ),
        _person(
            "qualifications", "Sorn Vannak", "សន វណ្ណៈ", "TVET", ("Qualifications officer, Ministry of Labour", "មន្ត្រីគុណវុឌ្ឍិ ក្រសួងការងារ"),
            whole_country, *_RECOGNISING, *_LOOKS,
            does=N_("Recognises skills after an assessment, and takes a recognition back."),
        ),
        _person(
            "registrar", "Keo Samnang", "កែវ សំណាង", "REGISTRY", ("Registrar and data focal point", "មន្ត្រីបញ្ជី និងទំនាក់ទំនងទិន្នន័យ"), whole_country,
            *_LOOKS, "registry.figures.read", "registry.question.read", "border.crossing.read", "border.handover.read",
            "consular.case.read", "consular.permit.read", f"{_CONTRACTS}.read", "recruitment.employer.read", "reintegration.case.read", "reintegration.vacancy.read",
            "reintegration.employer.read",
            "skills.application.read",
            does=N_("Finds every worker and reads every desk's records; settles who is who."),
        ),
        _person(
            "supervisor", "Tep Chenda", "ទេព ចិន្ដា", "SUPERVISION", ("Answers for all offices' records", "ទទួលខុសត្រូវលើកំណត់ត្រារបស់ការិយាល័យទាំងអស់"), whole_country,
            *(f"{service}.event.{verb}" for service in _SERVICES for verb in ("correct", "correct_any")),
            *_LOOKS, "registry.figures.read", "border.check.review", "border.device.register", "registry.audit.read",
            *(f"{service}.audit.read" for service in _SERVICES),
            does=N_("Corrects and voids records of all offices, after a preview; sees who looked at a record."),
        ),
    )  # fmt: skip


@cache
def demo_programs() -> tuple[DemoPerson, ...]:
    """Return the programs, which have a token but cannot sign in on pages: the loader of history."""
    return (
        _person(
            LOADER, "History loader", "កម្មវិធីផ្ទេរប្រវត្តិ", "HISTORY", ("Program", "កម្មវិធី"), Reach(national=True),
            *(f"{service}.history.load" for service in _SERVICES),
            f"{_CONTRACTS}.register", f"{_CONTRACTS}.review", "recruitment.agency.register", "recruitment.employer.register",
            "border.crossing.record", "border.handover.record",
            "consular.case.open", "consular.case.work", "consular.permit.record", "reintegration.case.work", "reintegration.vacancy.register",
            "reintegration.employer.register", "skills.application.open", "skills.assessment.book", "skills.assessment.decide", "skills.recognition.grant",
            "registry.figures.read",
        ),
    )  # fmt: skip
