"""The texts of flags: name, meaning and next step. Every text is a message id, to be translated."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.pages.translation import N_
from contracts.journeys.flags import FLAG_RULES, Addressee, FlagName, Severity

FLAGS: Mapping[str, tuple[str, str, str]] = {
    FlagName.LEFT_BEFORE_APPROVAL: (
        N_("Left before approval"),
        N_("The worker left before the ministry had approved the employment contract."),
        N_("Review the contract, and ask the agency why it sent the worker"),
    ),
    FlagName.NO_CONTRACT: (
        N_("Left without a registered contract"),
        N_("The worker went by a channel that needs an employment contract, and none is registered."),
        N_("Ask the agency for the contract"),
    ),
    FlagName.NOT_DEPARTED_THOUGH_DUE: (
        N_("Contract began, not departed"),
        N_("The employment contract began more than 30 days ago and no departure is known."),
        N_("Ask the agency whether the worker was sent"),
    ),
    FlagName.CONTRACT_OVER: (
        N_("Contract is over"),
        N_("The last day of the employment contract has passed. A renewal may not have been reported yet."),
        N_("Ask the agency whether the contract was renewed"),
    ),
    FlagName.OVERDUE_RETURN: (
        N_("Return overdue"),
        N_(
            "The employment contract has been over for longer than the days of grace, and no return is known."
        ),
        N_("Ask the agency and the mission where the worker is"),
    ),
    FlagName.RETURN_NOT_KNOWN: (
        N_("Return not known"),
        N_("The employment contract ended long ago, and no return is known."),
        N_("Ask at the next contact whether the worker came back, and when"),
    ),
    FlagName.RETURN_NOT_RECORDED: (
        N_("Return not recorded"),
        N_("The worker must have come back, but no post recorded it."),
        N_("Record the return from paper if its day is known"),
    ),
    FlagName.RECORDED_TWICE: (
        N_("Recorded twice"),
        N_("This crossing was recorded twice. It counts once."),
        N_("Void the record that was made by mistake"),
    ),
    FlagName.TWO_PLACES_AT_ONCE: (
        N_("Two places at once"),
        N_("Two records put the worker at two posts in less time than the way between them takes."),
        N_("Compare both records; correct or void the one that is wrong"),
    ),
    FlagName.BORDER_PASS_OVERSTAYED: (
        N_("Border pass overstayed"),
        N_("The worker stayed longer than a border pass allows."),
        N_("Tell the worker which documents a longer stay needs"),
    ),
    FlagName.REPEATED_DEPORTATION: (
        N_("Deported more than once"),
        N_("The worker was deported again."),
        N_("Offer counselling on work at home and on regular ways to go"),
    ),
    FlagName.OVERLAPPING_CONTRACTS: (
        N_("Two contracts at once"),
        N_("Two employment contracts that both stand have overlapping terms."),
        N_("Ask both agencies which contract holds"),
    ),
    FlagName.MINOR_SENT_TO_WORK: (
        N_("Under 18, left to work"),
        N_("A person under 18 left to work abroad."),
        N_("Tell the child protection service of the province"),
    ),
    FlagName.UNDER_MINIMUM_AGE: (
        N_("Under the minimum age"),
        N_("The worker is younger than the country of destination requires."),
        N_("Review the employment contract"),
    ),
    FlagName.CHILD_ALONE: (
        N_("Child alone"),
        N_("A child crossed alone, or nobody stated with whom."),
        N_("Refer the child to the social services of the province"),
    ),
    FlagName.REPORTED_MISSING: (
        N_("Reported missing"),
        N_("Somebody reported that the worker is missing."),
        N_("Follow the case of the mission"),
    ),
    FlagName.DEATH_CONTRADICTED: (
        N_("Recorded as dead, and seen later"),
        N_("A death is recorded, and a later act of the same worker."),
        N_("Ask the registrar whether these are two persons"),
    ),
    FlagName.TIME_IMPOSSIBLE: (
        N_("Impossible dates"),
        N_("A record was made before the time at which it says that the event happened."),
        N_("Correct the time of the record"),
    ),
}
"""The name, the meaning and the next step of each flag."""

ALARMS = frozenset(name for name, rule in FLAG_RULES.items() if rule.severity is Severity.ALARM)

ADDRESSEES: Mapping[Addressee, str] = {
    Addressee.CONTRACT_REVIEW: N_("the contract reviewer at the Ministry of Labour"),
    Addressee.AGENCY_INSPECTION: N_("the agency inspector at the Ministry of Labour"),
    Addressee.BORDER: N_("the border post"),
    Addressee.MISSION: N_("the mission"),
    Addressee.COUNSELLING: N_("the employment counsellor"),
    Addressee.CHILD_PROTECTION: N_("the child protection service"),
    Addressee.REGISTRAR: N_("the registrar"),
    Addressee.RECORDING_OFFICE: N_("the office that made the record"),
}
"""The offices that flags are addressed to."""
