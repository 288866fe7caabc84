"""The permissions of reintegration, as routes and pages name them in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chassis.access.permissions import Caller, page_permission, permission

CASE_READ = "reintegration.case.read"
CASE_WORK = "reintegration.case.work"
VACANCY_READ = "reintegration.vacancy.read"
VACANCY_REGISTER = "reintegration.vacancy.register"
EMPLOYER_READ = "reintegration.employer.read"
EMPLOYER_REGISTER = "reintegration.employer.register"

MAY_WORK_ON_CASES = permission(CASE_WORK)
MAY_REGISTER_VACANCIES = permission(VACANCY_REGISTER)
MAY_REGISTER_EMPLOYERS = permission(EMPLOYER_REGISTER)

CaseRead = Annotated[Caller, Depends(permission(CASE_READ))]
CaseWork = Annotated[Caller, Depends(MAY_WORK_ON_CASES)]
VacancyRead = Annotated[Caller, Depends(permission(VACANCY_READ))]
VacancyRegister = Annotated[Caller, Depends(MAY_REGISTER_VACANCIES)]
EmployerRead = Annotated[Caller, Depends(permission(EMPLOYER_READ))]
EmployerRegister = Annotated[Caller, Depends(MAY_REGISTER_EMPLOYERS)]

CaseReadPage = Annotated[Caller, Depends(page_permission(CASE_READ))]
CaseWorkPage = Annotated[Caller, Depends(page_permission(CASE_WORK))]
VacancyReadPage = Annotated[Caller, Depends(page_permission(VACANCY_READ))]
VacancyRegisterPage = Annotated[Caller, Depends(page_permission(VACANCY_REGISTER))]
EmployerReadPage = Annotated[Caller, Depends(page_permission(EMPLOYER_READ))]
