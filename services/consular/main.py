"""The declaration of the consular service."""

from __future__ import annotations

from chassis.pages.translation import N_
from chassis.service import Service
from contracts import consular
from services.consular import api, pages
from services.consular.deciders import assistance_cases, permits
from services.consular.reactions import digest

service = Service(
    name="consular",
    title=N_("Consular assistance"),
    about="Assistance cases of workers abroad, as labour attachés at the missions follow them to their end, and permits to "
    "stay or work abroad.",
    module=__name__,
    routes=api.routes,
    publishes=consular,
    deciders=(assistance_cases, permits),
    pages=pages.router,
    migrations="services.consular.migrations",
    background=(digest,),
)
