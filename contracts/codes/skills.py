"""The methods and results of assessments, and the reasons for revoking a recognition."""

from __future__ import annotations

from contracts.codes.titled import TitledCode


class AssessmentMethod(TitledCode):
    """The method of an assessment."""

    PRACTICAL_TEST = "practical_test", "Practical test"
    WRITTEN_TEST = "written_test", "Written test"
    ORAL_TEST = "oral_test", "Oral test"
    INTERVIEW = "interview", "Interview"
    WORKPLACE_OBSERVATION = "workplace_observation", "Observation at work"
    PORTFOLIO = "portfolio", "Papers on earlier work"
    OTHER = "other", "Other method"


class AssessmentResult(TitledCode):
    """The result of an assessment."""

    COMPETENT = "competent", "Competent"
    NOT_YET_COMPETENT = "not_yet_competent", "Not yet competent"
    ABSENT = "absent", "Absent"


class RevocationReason(TitledCode):
    """Why a recognition was taken back."""

    ISSUED_IN_ERROR = "issued_in_error", "Issued in error"
    WRONG_PERSON = "wrong_person", "Issued to the wrong person"
    FALSE_EVIDENCE = "false_evidence", "Rests on false evidence"
    ASSESSMENT_IRREGULAR = "assessment_irregular", "Assessment not conducted by the rules"
    REPLACED = "replaced", "Replaced by another"
    OTHER = "other", "Other reason"


class WorkProof(TitledCode):
    """The proof of work abroad."""

    VERIFIED = "verified", "Verified: an employment contract in force, and presence abroad"
    SUPPORTED = "supported", "Supported: a permit, and presence abroad"
    STATED = "stated", "Stated by the worker"
