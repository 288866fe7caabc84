"""The rules of the timeline in words, for "why do we think so". Every text is a message id, to be translated."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.pages.translation import N_

RULES: Mapping[str, str] = {
    "J1": N_("A crossing was recorded."),
    "J2": N_("A return counts as leave while the journey can go on."),
    "J3": N_("The term of the employment contract covers the stay."),
    "J4": N_("A record from another country shows that the worker moved on."),
    "J5": N_("Two crossings in one direction show that the crossing in between was not recorded."),
    "J6": N_("The time of the record is not exact."),
    "J7": N_("An approved contract, a document or the statement of an office shows the legal status."),
    "J8": N_("An office states where the worker was, or met the worker."),
    "J9": N_("An office recorded the death of the worker."),
}
"""What each rule infers, in a sentence."""
