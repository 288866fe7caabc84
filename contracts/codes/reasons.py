"""The short code lists that officers choose from: reasons, kinds and results."""

from __future__ import annotations

from contracts.codes.titled import TitledCode


class HowRecorded(TitledCode):
    """The way in which a record came into the system."""

    LIVE = "live", "Live"
    OFFLINE = "offline", "Offline, sent later"
    PAPER = "paper", "Taken in from paper"
    MIGRATED = "migrated", "Taken over from another system"


class TimePrecision(TitledCode):
    """The precision to which the time of an occurrence is known."""

    SECOND = "second", "To the second"
    MINUTE = "minute", "To the minute"
    HOUR = "hour", "To the hour"
    DAY = "day", "To the day"
    MONTH = "month", "To the month"
    YEAR = "year", "To the year"


class BirthPrecision(TitledCode):
    """The precision to which a birth date is known."""

    DAY = "day", "The day"
    MONTH = "month", "The month"
    YEAR = "year", "The year"
    DECADE = "decade", "The decade"
    UNKNOWN = "unknown", "Not known"


class CorrectionReason(TitledCode):
    """Why an earlier record is corrected or voided."""

    MISTYPED = "mistyped", "Mistyped"
    WRONG_PERSON = "wrong_person", "Wrong person"
    WRONG_DOCUMENT = "wrong_document", "Wrong document"
    WRONG_TIME = "wrong_time", "Wrong time"
    WRONG_PLACE = "wrong_place", "Wrong place"
    DUPLICATE = "duplicate", "Recorded twice"
    NEVER_HAPPENED = "never_happened", "Never happened"
    OTHER = "other", "Other reason"


class ContractClause(TitledCode):
    """A clause that an employment contract is checked for (to be confirmed against prakas 253)."""

    PARTIES = "parties", "Parties"
    AGENCY_LICENCE = "agency_licence", "Agency's licence"
    EMPLOYER = "employer", "Employer"
    WORKPLACE = "workplace", "Workplace"
    JOB = "job", "Job"
    DURATION = "duration", "Duration"
    WAGE = "wage", "Wage"
    PAYMENT = "payment", "Day and way of payment"
    HOURS = "hours", "Hours of work"
    OVERTIME = "overtime", "Overtime"
    REST_DAY = "rest_day", "Rest day"
    LEAVE = "leave", "Leave"
    DEDUCTIONS_AND_FEES = "deductions_and_fees", "Deductions and fees, itemised with a cap"
    FOOD_AND_LODGING = "food_and_lodging", "Food and lodging"
    INSURANCE = "insurance", "Insurance"
    ACCIDENT_AND_DEATH = "accident_and_death", "Accident and death"
    DOCUMENTS_STAY_WITH_WORKER = "documents_stay_with_worker", "Documents stay with the worker"
    TRANSPORT = "transport", "Transport there and back"
    TERMINATION = "termination", "Termination"
    COMPLAINT_CHANNEL = "complaint_channel", "Complaint channel"
    AGENCY_MONITOR_ABROAD = "agency_monitor_abroad", "Agency's monitor abroad"
    REPATRIATION = "repatriation", "Repatriation"
    LANGUAGE = "language", "A language both sides read"
    SKILLS_CERTIFICATE = "skills_certificate", "Certificate of skills"


class ContractFault(TitledCode):
    """Why an employment contract is returned for correction."""

    MISSING_CLAUSE = "missing_clause", "A clause is missing"
    WAGE_BELOW_MINIMUM = "wage_below_minimum", "Wage below the minimum"
    UNKNOWN_EMPLOYER = "unknown_employer", "Employer not known"
    MISSING_SIGNATURE = "missing_signature", "A signature is missing"
    WRONG_LANGUAGE = "wrong_language", "In a language that one side cannot read"
    DATES_UNCLEAR = "dates_unclear", "Dates unclear"
    OCCUPATION_UNCLEAR = "occupation_unclear", "Occupation unclear"
    OTHER = "other", "Other fault"


class TerminationReason(TitledCode):
    """Why an employment contract ended."""

    COMPLETED = "completed", "Completed"
    BY_WORKER = "by_worker", "Ended by the worker"
    BY_EMPLOYER = "by_employer", "Ended by the employer"
    MUTUAL = "mutual", "Ended by both"
    ILLNESS = "illness", "Illness or injury of the worker"
    DEATH = "death", "Death of the worker"
    ABUSE = "abuse", "Abuse of the worker"
    EMPLOYER_INSOLVENT = "employer_insolvent", "Employer insolvent"
    DEPORTED = "deported", "Worker deported"
    OTHER = "other", "Other reason"


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


class DeportingAuthority(TitledCode):
    """The authority of the other country that deports."""

    IMMIGRATION = "immigration", "Immigration authority"
    POLICE = "police", "Police"
    ARMY = "army", "Army"
    COURT = "court", "Court"
    OTHER = "other", "Other authority"


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


class AssistanceOutcome(TitledCode):
    """The outcome of an assistance case."""

    RESOLVED = "resolved", "Resolved"
    PARTLY_RESOLVED = "partly_resolved", "Partly resolved"
    REPATRIATED = "repatriated", "Person repatriated"
    RELEASED = "released", "Released from detention"
    FOUND = "found", "Person found"
    REGULARISED = "regularised", "Status made regular"
    REMAINS_REPATRIATED = "remains_repatriated", "Remains repatriated"
    REFERRED = "referred", "Handed to another office"
    WITHDRAWN = "withdrawn", "Help no longer wanted"
    UNREACHABLE = "unreachable", "Person not reachable"
    NOT_RESOLVED = "not_resolved", "Not resolved"
    OTHER = "other", "Other outcome"


class Need(TitledCode):
    """The needs of a returnee, after the dimensions of IOM's reintegration programmes."""

    FINDING_A_JOB = "finding_a_job", "Finding a job"
    VOCATIONAL_TRAINING = "vocational_training", "Vocational training"
    CREDIT = "credit", "Credit"
    HEALTH = "health", "Health care"
    PSYCHOSOCIAL = "psychosocial", "Psychosocial support"
    HOUSING = "housing", "Housing"
    FAMILY = "family", "Family"
    DOCUMENTS = "documents", "Documents"
    LEGAL = "legal", "Legal help"
    SCHOOLING = "schooling", "Schooling"
    DEBT = "debt", "Debt"
    OTHER = "other", "Other need"


class MatchReason(TitledCode):
    """Why a vacancy fits a returnee."""

    SAME_OCCUPATION = "same_occupation", "Same occupation"
    RELATED_OCCUPATION = "related_occupation", "Related occupation"
    SAME_SECTOR = "same_sector", "Same sector"
    RECOGNISED_SKILL = "recognised_skill", "Recognised skill"
    HOME_PROVINCE = "home_province", "In the home province"
    WAGE_WANTED = "wage_wanted", "Pays the wage wanted"
    LANGUAGE = "language", "Language"


class DeclineReason(TitledCode):
    """Why a match was declined, by the returnee or by the employer."""

    WAGE_TOO_LOW = "wage_too_low", "Wage too low"
    TOO_FAR = "too_far", "Too far from home"
    OTHER_JOB_FOUND = "other_job_found", "Found another job"
    GOING_ABROAD_AGAIN = "going_abroad_again", "Going abroad again"
    WORK_NOT_WANTED = "work_not_wanted", "Work not wanted"
    FAMILY = "family", "Family"
    HEALTH = "health", "Health"
    SKILLS_NOT_ENOUGH = "skills_not_enough", "Skills not enough for the employer"
    VACANCY_FILLED = "vacancy_filled", "Vacancy filled"
    DECLINED_BY_EMPLOYER = "declined_by_employer", "Declined by the employer"
    NO_ANSWER = "no_answer", "No answer"
    OTHER = "other", "Other reason"


class ReintegrationOutcome(TitledCode):
    """The outcome of a reintegration case."""

    PLACED = "placed", "Placed in a job"
    SELF_EMPLOYED = "self_employed", "Self-employed"
    TRAINED = "trained", "Trained"
    REMIGRATED = "remigrated", "Went abroad again"
    DECLINED_HELP = "declined_help", "Declined help"
    UNREACHABLE = "unreachable", "Not reachable"
    RETURN_VOIDED = "return_voided", "The return was recorded by mistake"
    OTHER = "other", "Other outcome"
