"""The texts of flags: name, meaning and next step. Every text is a message id, to be translated."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.pages.translation import N_
from services.registry.fold.flags import FlagName

FLAGS: Mapping[str, tuple[str, str, str]] = {
    FlagName.DEPARTED_WITHOUT_REGISTERED_CONTRACT: (
        N_("Left without a registered contract"),
        N_("No employment contract was registered before this departure."),
        N_("Ask the worker or the agency for the contract"),
    ),
    FlagName.RETURNED_WITHOUT_KNOWN_DEPARTURE: (
        N_("Came back, departure not known"),
        N_("The departure of the worker was not recorded."),
        N_("Ask when and where the worker left, and for other documents"),
    ),
    FlagName.CONTRACT_ENDED_WHILE_ABROAD: (
        N_("Contract ended, not home"),
        N_("The last day of the employment contract has passed and no return is known."),
        N_("Ask the employer; open a case if there is no answer"),
    ),
    FlagName.TWO_PLACES_AT_ONCE: (
        N_("Two places at once"),
        N_("Two records put the worker in different places at the same time."),
        N_("Compare both records; correct or void the one that is wrong"),
    ),
    FlagName.NOT_DEPARTED_THOUGH_DUE: (
        N_("Contract began, not departed"),
        N_("The employment contract began more than 30 days ago and no departure is known."),
        N_("Ask the agency whether the worker was sent"),
    ),
    FlagName.SILENT_ABROAD: (
        N_("Nothing heard for 10 months"),
        N_("No crossing and no contact is known since then."),
        N_("Ask the employer and the family; open a case"),
    ),
    FlagName.UNACCOMPANIED_MINOR: (
        N_("Child without an adult"),
        N_("A child crossed without a responsible adult."),
        N_("Refer the child to the social services of the province"),
    ),
    FlagName.OCCURRED_AFTER_IT_WAS_RECORDED: (
        N_("Impossible dates"),
        N_("A record was made before the time at which it says that the event happened."),
        N_("Correct the time of the record"),
    ),
}
"""The name, the meaning and the next step of each flag."""

ALARMS = frozenset(
    {FlagName.CONTRACT_ENDED_WHILE_ABROAD, FlagName.UNACCOMPANIED_MINOR, FlagName.TWO_PLACES_AT_ONCE}
)
