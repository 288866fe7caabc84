"""Purposes, vehicles and reasons of crossings, and the authorities that deport."""

from __future__ import annotations

from contracts.codes.titled import TitledCode


class CrossingPurpose(TitledCode):
    """The purpose of a crossing, as stated."""

    WORK = "work", "Work"
    DAY_WORK = "day_work", "Work for the day"
    VISIT = "visit", "Visit"
    TRADE = "trade", "Trade"
    STUDY = "study", "Study"
    MEDICAL = "medical", "Medical care"
    FAMILY = "family", "Family"
    TRANSIT = "transit", "Transit"
    OTHER = "other", "Other purpose"


class VehicleKind(TitledCode):
    """The means of travel at a crossing."""

    ON_FOOT = "on_foot", "On foot"
    LORRY = "lorry", "Lorry"
    BUS = "bus", "Bus"
    MINIBUS = "minibus", "Minibus"
    CAR = "car", "Car"
    MOTORCYCLE = "motorcycle", "Motorcycle"
    BOAT = "boat", "Boat"
    AIRCRAFT = "aircraft", "Aircraft"
    TRAIN = "train", "Train"
    OTHER = "other", "Other vehicle"


class ReturnReason(TitledCode):
    """Why a worker came back to Cambodia."""

    CONTRACT_COMPLETED = "contract_completed", "Contract completed"
    CONTRACT_ENDED_EARLY = "contract_ended_early", "Contract ended early"
    VISIT_HOME = "visit_home", "Visit home"
    FAMILY = "family", "Family"
    ILLNESS_OR_INJURY = "illness_or_injury", "Illness or injury"
    FEAR_OF_ARREST = "fear_of_arrest", "Fear of arrest"
    EMPLOYER_CLOSED = "employer_closed", "Employer closed down"
    CONFLICT = "conflict", "Conflict or fighting"
    MASS_RETURN = "mass_return", "Mass return"
    DEPORTED = "deported", "Deported"
    REMAINS = "remains", "Remains brought home"
    OTHER = "other", "Other reason"
    UNKNOWN = "unknown", "Not known"


class DeportationGround(TitledCode):
    """The ground of a deportation, as the authority of the other country states it."""

    IRREGULAR_STAY = "irregular_stay", "Irregular stay"
    IRREGULAR_ENTRY = "irregular_entry", "Irregular entry"
    WORK_WITHOUT_PERMIT = "work_without_permit", "Work without a permit"
    OVERSTAY = "overstay", "Overstayed a visa or pass"
    CONVICTION = "conviction", "Conviction"
    OTHER = "other", "Other ground"
    NOT_STATED = "not_stated", "Not stated"


class Channel(TitledCode):
    """The channel by which a worker goes abroad."""

    MEMORANDUM_AGENCY = "memorandum_agency", "Agency, under a memorandum of understanding"
    EPS = "eps", "Employment Permit System (Republic of Korea)"
    TRAINEE = "trainee", "Trainee programme"
    DIRECT = "direct", "Directly hired by the employer"
    REGULARISED_ABROAD = "regularised_abroad", "Regularised abroad"
    BORDER_PASS = "border_pass", "Border pass"
    UNDOCUMENTED = "undocumented", "Without documents"
    UNKNOWN = "unknown", "Not known"


class DeportingAuthority(TitledCode):
    """The authority of the other country that deports."""

    IMMIGRATION = "immigration", "Immigration authority"
    POLICE = "police", "Police"
    ARMY = "army", "Army"
    COURT = "court", "Court"
    OTHER = "other", "Other authority"
