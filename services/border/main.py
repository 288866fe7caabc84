"""The declaration of the border service."""

from __future__ import annotations

from chassis.pages.translation import N_
from chassis.service import Service
from contracts import border
from services.border import api, pages
from services.border.deciders import crossings, handovers, screenings
from services.border.offline.devices import delete_expired_devices
from services.border.offline.sealing import open_sealing_keys
from services.border.reactions import readers

service = Service(
    name="border",
    title=N_("Border"),
    about="Crossings and handovers of deportees, as officers record them at the checkpoints, checks of documents, and the referrals "
    "of people who came back.",
    module=__name__,
    routes=api.routes,
    publishes=border,
    deciders=(crossings, handovers, screenings),
    readers=readers,
    opens=open_sealing_keys,
    expires=(delete_expired_devices,),
    migrations="services.border.migrations",
    pages=pages.router,
    coarse_audit=True,
)
