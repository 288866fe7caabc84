"""The names of offices: missions and checkpoints by their code lists, ministries and agencies by the codes of their tokens."""

from __future__ import annotations

from collections.abc import Callable

from chassis.pages.translation import N_
from contracts.codes.missions import MISSIONS
from contracts.codes.places import CHECKPOINTS, PROVINCES

OFFICES = {
    "AGENCY": N_("Recruitment agency"),
    "HISTORY": N_("Records of earlier years"),
    "MOI": N_("Ministry of Interior"),
    "MOLVT": N_("Ministry of Labour"),
    "MOSVY": N_("Ministry of Social Affairs, Veterans and Youth Rehabilitation"),
    "NEA": N_("National Employment Agency"),
    "REGISTRY": N_("Registry"),
    "SKILLS": N_("Skills assessment"),
    "SUPERVISION": N_("Supervision"),
    "TVET": N_("Technical and vocational training"),
}
"""Codes of offices that are no place -> their names. ``NEA-02`` is the office of the agency in a province."""


def office_name(code: str, language: str, translate: Callable[[str], str]) -> str:
    """Return the name of an office. An office without a name has its code."""
    if code in MISSIONS:
        return translate(MISSIONS[code].title_en)
    if code in CHECKPOINTS:
        return translate(CHECKPOINTS[code].name)
    name, _, place = code.partition("-")
    if name not in OFFICES:
        return code
    if place in PROVINCES:
        return f"{translate(OFFICES[name])}, {PROVINCES[place][1 if language == 'km' else 0]}"
    return f"{translate(OFFICES[name])} {place}".strip()
