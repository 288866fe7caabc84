"""The declaration of the recruitment service."""

from __future__ import annotations

from chassis.pages.translation import N_
from chassis.service import Service
from contracts import recruitment
from services.recruitment import api, pages
from services.recruitment.deciders import agencies, employers, employment_contracts, workplaces
from services.recruitment.reactions import readers

service = Service(
    name="recruitment",
    title=N_("Recruitment"),
    about="Employment contracts between worker, agency and employer abroad, the ministry's review, and the employers.",
    module=__name__,
    routes=api.routes,
    pages=pages.router,
    publishes=recruitment,
    deciders=(employment_contracts, agencies, employers, workplaces),
    readers=readers,
)
