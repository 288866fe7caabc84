"""The declaration of the consular service."""

from __future__ import annotations

from chassis.service import Service
from contracts import consular
from services.consular import api, pages
from services.consular.deciders import assistance_cases

service = Service(
    name="consular",
    title="Consular assistance",
    about="Assistance cases of workers abroad, as labour attachés at the missions follow them to their end.",
    module=__name__,
    routes=api.routes,
    publishes=consular,
    deciders=(assistance_cases,),
    pages=pages.router,
)
