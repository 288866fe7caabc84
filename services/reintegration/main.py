"""The declaration of the reintegration service."""

from __future__ import annotations

from chassis.pages.translation import N_
from chassis.service import Service
from contracts import reintegration
from services.reintegration import api, pages
from services.reintegration.deciders import cases, employers, vacancies
from services.reintegration.domain.commands import AcceptMatch, ProposeMatch, RecordPlacement
from services.reintegration.queries.matches import with_offers, with_places, with_vacancies_of_matches
from services.reintegration.reactions import following, readers
from services.reintegration.reactions.returns import WAITING

service = Service(
    name="reintegration",
    title=N_("Reintegration"),
    about="Cases of workers who came back: needs, counselling, employers and vacancies at home, matches and placements.",
    module=__name__,
    routes=api.routes,
    publishes=reintegration,
    deciders=(cases, vacancies, employers),
    completes={
        ProposeMatch: with_offers,
        AcceptMatch: with_places,
        RecordPlacement: with_vacancies_of_matches,
    },
    pages=pages.router,
    readers=readers,
    background=(following,),
    unsettled=WAITING,
    migrations="services.reintegration.migrations",
)
