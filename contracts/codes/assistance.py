"""Assistance abroad: the worker's legal status, the kind of case, the actions and the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from contracts.codes.titled import TitledCode


class LegalStatus(TitledCode):
    """A person's legal status in the country where they are, as stated."""

    REGULAR = "regular", "Regular"
    IRREGULAR = "irregular", "Irregular"
    NOT_KNOWN = "not_known", "Not known"
    NATIONAL = "national", "National, at home"


class AssistanceCategory(TitledCode):
    """The subject of assistance abroad."""

    COMPENSATION = "compensation", "Compensation"
    CONTRACT = "contract", "Employment contract"
    DOMESTIC_WORK = "domestic_work", "Domestic work"
    DETAINED_OR_IMPRISONED = "detained_or_imprisoned", "Detained or imprisoned"
    MARITAL = "marital", "Marriage"
    MORTAL_REMAINS = "mortal_remains", "Mortal remains"
    DOCUMENTS = "documents", "Documents"
    AGENCY = "agency", "Agency"
    REPATRIATION = "repatriation", "Repatriation"
    WAGES = "wages", "Wages"
    SEXUAL_ABUSE = "sexual_abuse", "Sexual abuse"
    EMPLOYER = "employer", "Employer"
    WHEREABOUTS = "whereabouts", "Whereabouts"
    ABUSE = "abuse", "Abuse"
    HEALTH = "health", "Health"
    SCHOOLING_OF_CHILDREN = "schooling_of_children", "Schooling of children"
    SHELTER = "shelter", "Shelter"
    OTHER = "other", "Other matter"


class ReportedBy(TitledCode):
    """The person or office that reported the matter of an assistance case to the mission."""

    WORKER = "worker", "The worker"
    FAMILY = "family", "Family"
    FELLOW_WORKER = "fellow_worker", "Another worker"
    EMPLOYER = "employer", "Employer"
    AGENCY = "agency", "Agency"
    AUTHORITY_ABROAD = "authority_abroad", "Authority of the other country"
    AUTHORITY_AT_HOME = "authority_at_home", "Authority in Cambodia"
    ORGANISATION = "organisation", "Non-governmental organisation or union"
    OTHER = "other", "Another person"
    NOT_STATED = "not_stated", "Not stated"


class Contact(TitledCode):
    """The person or office with which a mission had contact in an action."""

    WORKER_IN_PERSON = "worker_in_person", "The worker, in person"
    WORKER_REMOTELY = "worker_remotely", "The worker, by phone or message"
    FAMILY = "family", "Family"
    EMPLOYER = "employer", "Employer"
    AGENCY = "agency", "Agency"
    AUTHORITY = "authority", "Authority"
    ORGANISATION = "organisation", "Organisation that helps"
    OTHER = "other", "Another person"
    NOBODY = "nobody", "Nobody"
    NOT_STATED = "not_stated", "Not stated"


class DeathCause(TitledCode):
    """The cause of a death abroad, as stated."""

    ACCIDENT_AT_WORK = "accident_at_work", "Accident at work"
    TRAFFIC_ACCIDENT = "traffic_accident", "Traffic accident"
    OTHER_ACCIDENT = "other_accident", "Other accident"
    ILLNESS = "illness", "Illness"
    VIOLENCE = "violence", "Violence"
    SUICIDE = "suicide", "Suicide"
    CONFLICT = "conflict", "Conflict or fighting"
    OTHER = "other", "Other cause"
    NOT_KNOWN = "not_known", "Not known"


class PermitEnd(TitledCode):
    """The reason for which a permit to stay or work abroad lapsed."""

    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    LEFT_EMPLOYER = "left_employer", "The worker left the employer"
    NOT_RENEWED = "not_renewed", "Not renewed"
    OTHER = "other", "Other reason"


class Urgency(TitledCode):
    """The urgency of the next step."""

    ROUTINE = "routine", "Routine"
    SOON = "soon", "Soon"
    URGENT = "urgent", "Urgent"
    LIFE_IN_DANGER = "life_in_danger", "Life in danger"


class AssistanceAction(TitledCode):
    """The kind of assistance given to a person abroad."""

    CALL = "call", "Call"
    VISIT = "visit", "Visit"
    LETTER = "letter", "Letter"
    REFERRAL = "referral", "Referral"
    INTERPRETER = "interpreter", "Interpreter sent"
    MONEY_ADVANCED = "money_advanced", "Money advanced"
    DOCUMENT_ISSUED = "document_issued", "Document issued"
    SHELTER_ARRANGED = "shelter_arranged", "Shelter arranged"
    LEGAL_AID_ARRANGED = "legal_aid_arranged", "Legal aid arranged"
    HOSPITAL_VISIT = "hospital_visit", "Visit in hospital"
    DETENTION_VISIT = "detention_visit", "Visit in detention"
    CONTACT_WITH_EMPLOYER = "contact_with_employer", "Contact with the employer"
    CONTACT_WITH_FAMILY = "contact_with_family", "Contact with the family"
    REPATRIATION_ARRANGED = "repatriation_arranged", "Repatriation arranged"
    OTHER = "other", "Other action"


class ReferralOffice(TitledCode):
    """The office to which a mission or a border post refers a person."""

    NEA = "nea", "National Employment Agency"
    MOI = "moi", "Ministry of Interior"
    MOLVT = "molvt", "Ministry of Labour and Vocational Training"
    MOSVY = "mosvy", "Ministry of Social Affairs, Veterans and Youth Rehabilitation"
    ORGANISATION = "organisation", "Organisation that helps"


RECEIVING_OFFICES: Mapping[str, ReferralOffice] = MappingProxyType(
    {
        "NEA": ReferralOffice.NEA,
        "MOI": ReferralOffice.MOI,
        "MOLVT": ReferralOffice.MOLVT,
        "MOSVY": ReferralOffice.MOSVY,
    }
)
"""The office that receives a referral, by the code of an office in tokens; ``NEA-02`` is one of the agency."""


class Consent(TitledCode):
    """The way in which a person consented to a referral."""

    WRITTEN = "written", "In writing"
    SPOKEN = "spoken", "Spoken"
    GUARDIAN = "guardian", "By a parent or guardian"


class AssistanceOutcome(TitledCode):
    """The outcome of an assistance case."""

    RESOLVED = "resolved", "Resolved"
    PARTLY_RESOLVED = "partly_resolved", "Partly resolved"
    REPATRIATED = "repatriated", "Person repatriated"
    RELEASED = "released", "Released from detention"
    FOUND = "found", "Person found"
    REGULARISED = "regularised", "Status made regular"
    DIED = "died", "Person died"
    BURIED_ABROAD = "buried_abroad", "Buried abroad"
    REMAINS_REPATRIATED = "remains_repatriated", "Remains repatriated"
    REFERRED = "referred", "Handed to another office"
    WITHDRAWN = "withdrawn", "Help no longer wanted"
    UNREACHABLE = "unreachable", "Person not reachable"
    NOT_RESOLVED = "not_resolved", "Not resolved"
    OTHER = "other", "Other outcome"
