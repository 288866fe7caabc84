"""The permissions of recruitment, as routes and pages name them in their signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from chassis.access.permissions import Caller, page_permission, permission

EMPLOYER_READ = "recruitment.employer.read"
CONTRACT_READ = "recruitment.employment_contract.read"
CONTRACT_REVIEW = "recruitment.employment_contract.review"
CONTRACT_REGISTER = "recruitment.employment_contract.register"
EMPLOYER_REGISTER = "recruitment.employer.register"
REGISTER = permission(CONTRACT_REGISTER)
REVIEW = permission(CONTRACT_REVIEW)
EmploymentContractRegister = Annotated[Caller, Depends(REGISTER)]
EmploymentContractReview = Annotated[Caller, Depends(REVIEW)]
EmploymentContractRead = Annotated[Caller, Depends(permission(CONTRACT_READ))]
REGISTER_AGENCIES = permission("recruitment.agency.register")
AgencyRegister = Annotated[Caller, Depends(REGISTER_AGENCIES)]
REGISTER_EMPLOYERS = permission(EMPLOYER_REGISTER)
EmployerRegister = Annotated[Caller, Depends(REGISTER_EMPLOYERS)]
EmployerRead = Annotated[Caller, Depends(permission(EMPLOYER_READ))]
ContractReadPage = Annotated[Caller, Depends(page_permission(CONTRACT_READ))]
