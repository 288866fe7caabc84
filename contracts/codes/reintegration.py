"""Needs of returnees, reasons for and against a match, and the ends of vacancies and cases."""

from __future__ import annotations

from contracts.codes.titled import TitledCode


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


class VacancyEnd(TitledCode):
    """Why a vacancy was closed."""

    FILLED = "filled", "All places are filled"
    WITHDRAWN = "withdrawn", "Withdrawn by the employer"
    EMPLOYER_CLOSED = "employer_closed", "The employer closed"
    CONDITIONS = "conditions", "The conditions are not acceptable"
    OTHER = "other", "Other reason"


class ReintegrationOutcome(TitledCode):
    """The outcome of a reintegration case."""

    PLACED = "placed", "Placed in a job"
    SELF_EMPLOYED = "self_employed", "Self-employed"
    TRAINED = "trained", "Trained"
    REMIGRATED = "remigrated", "Went abroad again"
    DECLINED_HELP = "declined_help", "Declined help"
    UNREACHABLE = "unreachable", "Not reachable"
    NOT_CONTACTED = "not_contacted", "Not contacted in time"
    RETURN_VOIDED = "return_voided", "The return was recorded by mistake"
    DIED = "died", "Died"
    OTHER = "other", "Other outcome"


class WorkLater(TitledCode):
    """The work of a returnee some months after the start of a new job."""

    SAME_JOB = "same_job", "Still in the same job"
    OTHER_JOB = "other_job", "In another job"
    OWN_WORK = "own_work", "Works on their own account"
    NO_WORK = "no_work", "Without work"
    ABROAD = "abroad", "Went abroad again"
    NOT_REACHED = "not_reached", "Not reached"


class CaseMark(TitledCode):
    """Why a reintegration case on which counsellors worked no longer follows a returnee."""

    LEFT_AGAIN = "left_again", "Left Cambodia again"
    DIED = "died", "Died"
    NO_RETURN = "no_return", "The return was voided, or counts as home leave"
    OTHER_CASE = "other_case", "Another case follows the same returnee"
