"""Groups of categories of assistance cases, by which a mission divides its work."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from contracts.codes.assistance import AssistanceCategory


class CategoryGroup(StrEnum):
    """A group of categories of assistance cases."""

    DETENTION = "detention"
    MISSING = "missing"
    DEATH = "death"
    ABUSE = "abuse"
    HEALTH = "health"
    WAGES = "wages"
    PAPERS = "papers"
    OTHER = "other"


GROUPS: Mapping[CategoryGroup, frozenset[AssistanceCategory]] = MappingProxyType(
    {
        CategoryGroup.DETENTION: frozenset({AssistanceCategory.DETAINED_OR_IMPRISONED}),
        CategoryGroup.MISSING: frozenset({AssistanceCategory.WHEREABOUTS}),
        CategoryGroup.DEATH: frozenset({AssistanceCategory.MORTAL_REMAINS}),
        CategoryGroup.ABUSE: frozenset(
            {AssistanceCategory.ABUSE, AssistanceCategory.SEXUAL_ABUSE, AssistanceCategory.SHELTER}
        ),
        CategoryGroup.HEALTH: frozenset({AssistanceCategory.HEALTH}),
        CategoryGroup.WAGES: frozenset(
            {
                AssistanceCategory.WAGES,
                AssistanceCategory.CONTRACT,
                AssistanceCategory.COMPENSATION,
                AssistanceCategory.EMPLOYER,
                AssistanceCategory.AGENCY,
                AssistanceCategory.DOMESTIC_WORK,
            }
        ),
        CategoryGroup.PAPERS: frozenset({AssistanceCategory.DOCUMENTS, AssistanceCategory.REPATRIATION}),
        CategoryGroup.OTHER: frozenset(
            {
                AssistanceCategory.MARITAL,
                AssistanceCategory.SCHOOLING_OF_CHILDREN,
                AssistanceCategory.OTHER,
            }
        ),
    }
)
"""The categories of each group; a test holds that each category is in exactly one. A recorded death adds a case to *death*."""
