"""Clauses of an employment contract, faults that a review finds, and reasons for its end."""

from __future__ import annotations

from contracts.codes.titled import TitledCode


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


class Provision(TitledCode):
    """The side that bears the cost of food, of lodging or of the levy on a foreign worker."""

    EMPLOYER = "employer", "The employer"
    SHARED = "shared", "Employer and worker"
    WORKER = "worker", "The worker"
    NOT_STATED = "not_stated", "Not stated"


class DeductionKind(TitledCode):
    """A purpose for which an employer deducts from a wage."""

    RECRUITMENT_FEE = "recruitment_fee", "Recruitment fee"
    ADVANCE = "advance", "Repayment of an advance"
    LEVY = "levy", "Levy on foreign workers"
    LODGING = "lodging", "Lodging"
    FOOD = "food", "Food"
    TRANSPORT = "transport", "Transport"
    DOCUMENTS = "documents", "Documents and permits"
    INSURANCE = "insurance", "Insurance and social security"
    SAVINGS = "savings", "Savings held back"
    OTHER = "other", "Other deduction"


class EmployerKind(TitledCode):
    """The kind of an employer."""

    COMPANY = "company", "Company"
    HOUSEHOLD = "household", "Household"
    FARM = "farm", "Farm"
    VESSEL = "vessel", "Owner of a vessel"
    PUBLIC_BODY = "public_body", "Public body"
    OTHER = "other", "Other employer"


class ContractFault(TitledCode):
    """Why an employment contract is returned for correction."""

    MISSING_CLAUSE = "missing_clause", "A clause is missing"
    WAGE_BELOW_MINIMUM = "wage_below_minimum", "Wage below the minimum"
    UNKNOWN_EMPLOYER = "unknown_employer", "Employer not known"
    MISSING_SIGNATURE = "missing_signature", "A signature is missing"
    WRONG_LANGUAGE = "wrong_language", "In a language that one side cannot read"
    DATES_UNCLEAR = "dates_unclear", "Dates unclear"
    UNDER_AGE = "under_age", "Worker under the minimum age"
    OVERLAPS = "overlaps", "Overlaps with another employment contract of the worker"
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
