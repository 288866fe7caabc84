"""The declaration of the reintegration service."""

from __future__ import annotations

from chassis.service import Service
from contracts import reintegration
from services.reintegration import api, pages
from services.reintegration.deciders import cases, vacancies
from services.reintegration.reactions import readers

service = Service(
    name="reintegration",
    title="Reintegration",
    about="Cases of workers who came back: needs, counselling, vacancies at home, matches and placements.",
    module=__name__,
    routes=api.routes,
    publishes=reintegration,
    deciders=(cases, vacancies),
    pages=pages.router,
    readers=readers,
    migrations="services.reintegration.migrations",
)
