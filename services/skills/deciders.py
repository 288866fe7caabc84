"""The decider of applications for recognition, used by routes and reactions."""

from __future__ import annotations

from chassis.store.decider import Decider, Scope
from contracts.skills import AssessmentBooked, AssessmentDecided, RecognitionRevoked, SkillsRecognised
from services.skills.domain import application
from services.skills.projections.applications import APPLICATIONS

applications = Decider(
    noun="application",
    initial=application.Application(),
    decide=application.decide,
    evolve=application.evolve,
    scope=lambda state: Scope.at_home(state.province),
    projection=APPLICATIONS,
    commands={
        AssessmentBooked: application.BookAssessment,
        AssessmentDecided: application.DecideAssessment,
        SkillsRecognised: application.RecogniseSkills,
        RecognitionRevoked: application.RevokeRecognition,
    },
)
