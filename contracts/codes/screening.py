"""The private questions to people who come back: how they ended, and the help that a person agreed to be referred for.

No code says what a person answered. A code of help names what an office is asked to do, never what happened to the person.
"""

from __future__ import annotations

from contracts.codes.titled import TitledCode


class ScreeningEnd(TitledCode):
    """The way in which the private questions to a person who came back ended."""

    ANSWERED = "answered", "The person answered"
    NOT_WANTED = "not_wanted", "The person did not want to be asked"
    LEFT_EARLY = "left_early", "The person left early"


class HelpWanted(TitledCode):
    """The task that an office is asked to take on for a person whom the border refers to it."""

    UNPAID_WAGES = "unpaid_wages", "Help to get unpaid wages"
    DOCUMENTS = "documents", "Help to get papers back or new ones"
    PROTECTION = "protection", "Talk with the person in private, and offer protection"
    REPORT_TO_POLICE = "report_to_police", "Take a report, if the person wants to make one"
    HEALTH_CARE = "health_care", "Arrange health care"
    CARE_OF_A_CHILD = "care_of_a_child", "Care for a child, and find the family"
    WORK = "work", "Help to find work"
