"""The private questions, and the referrals that the page proposes by the answers. Answers decide nothing else and are kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chassis.pages.translation import N_
from contracts.codes.assistance import ReferralOffice
from contracts.codes.screening import HelpWanted


class Proposal(NamedTuple):
    """A referral that may be made: the office, and what it would be asked to do."""

    office: ReferralOffice
    help: HelpWanted

    @property
    def field(self) -> str:
        """The name of the field of a form that has the consent to it."""
        return f"agreed_{self.office.value}_{self.help.value}"


class Question(NamedTuple):
    """A question, and what is proposed if the answer is yes."""

    name: str
    text: str
    proposes: Sequence[Proposal]


_PROTECTION = (
    Proposal(ReferralOffice.MOSVY, HelpWanted.PROTECTION),
    Proposal(ReferralOffice.MOI, HelpWanted.REPORT_TO_POLICE),
)
QUESTIONS: Sequence[Question] = (
    Question(
        "wages",
        N_("Does an employer or an agent still owe you money?"),
        (Proposal(ReferralOffice.MOLVT, HelpWanted.UNPAID_WAGES),),
    ),
    Question(
        "papers",
        N_("Does somebody keep your passport or other papers, or are they lost?"),
        (Proposal(ReferralOffice.MOI, HelpWanted.DOCUMENTS),),
    ),
    Question("harm", N_("Did somebody hurt you or threaten you?"), _PROTECTION),
    Question("force", N_("Were you made to work, locked in, or kept from calling your family?"), _PROTECTION),
    Question(
        "deceived",
        N_("Was the work another one than you were promised, so that you could not refuse it?"),
        _PROTECTION,
    ),
    Question(
        "health",
        N_("Do you need a doctor, a nurse or medicine?"),
        (Proposal(ReferralOffice.MOSVY, HelpWanted.HEALTH_CARE),),
    ),
    Question(
        "child",
        N_("Is there a child with you without an adult of its family?"),
        (Proposal(ReferralOffice.MOSVY, HelpWanted.CARE_OF_A_CHILD),),
    ),
    Question("work", N_("Do you want help to find work?"), (Proposal(ReferralOffice.NEA, HelpWanted.WORK),)),
)
ALL: Sequence[Proposal] = tuple(dict.fromkeys(each for question in QUESTIONS for each in question.proposes))
"""All referrals that can be made, in the order of the questions."""


def proposed(answers: Mapping[str, str]) -> list[Proposal]:
    """Return the referrals to propose, each once, by the answers to the questions; what was skipped proposes nothing."""
    yes = [question for question in QUESTIONS if answers.get(question.name) == "yes"]
    return list(dict.fromkeys(each for question in yes for each in question.proposes))
