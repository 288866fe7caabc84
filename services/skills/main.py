"""The declaration of the skills service."""

from __future__ import annotations

from chassis.pages.translation import N_
from chassis.service import Service
from contracts import skills
from services.skills import api, pages
from services.skills.deciders import applications
from services.skills.reactions import readers

service = Service(
    name="skills",
    title=N_("Recognition of skills"),
    about="Applications for recognition, assessments, and skills recognised at a level of the Qualifications Framework.",
    module=__name__,
    routes=api.routes,
    pages=pages.router,
    publishes=skills,
    deciders=(applications,),
    readers=readers,
    migrations="services.skills.migrations",
)
