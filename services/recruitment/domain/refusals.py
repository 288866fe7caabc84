"""The rules that commands on employment contracts, employers and workplaces may break."""

from __future__ import annotations

from typing import ClassVar

from contracts.refusal import Refusal


class ApprovedTermsStand(Refusal):
    """The terms of this employment contract were approved"""

    code = "approved-terms-stand"

    status: ClassVar[int] = 409


class EndsBeforeItStarts(Refusal):
    """This employment contract would end before it starts"""

    code = "ends-before-it-starts"

    status: ClassVar[int] = 422
    source: ClassVar[str | None] = "prakas 45 (terms of employment contracts)"


class EmployerNotAbroad(Refusal):
    """This employer is not abroad"""

    code = "employer-not-abroad"

    status: ClassVar[int] = 422


class NotForWorkAbroad(Refusal):
    """This is not for work abroad"""

    code = "not-for-work-abroad"

    status: ClassVar[int] = 422


class NoPayStated(Refusal):
    """This employment contract states no pay"""

    code = "no-pay-stated"

    status: ClassVar[int] = 422
    source: ClassVar[str | None] = "prakas 45 (terms of employment contracts)"


class WageWithoutPeriod(Refusal):
    """A wage in money and its period come together"""

    code = "wage-without-period"

    status: ClassVar[int] = 422


class ReturnedAndNotAmended(Refusal):
    """This employment contract was returned, and its agency has not submitted it again"""

    code = "returned-and-not-amended"

    source: ClassVar[str | None] = "policy 3.2 (contracts are reviewed before anyone is sent)"


class ApprovedAlready(Refusal):
    """This employment contract is already approved"""

    code = "approved-already"


class NothingAmended(Refusal):
    """The terms would not change"""

    code = "nothing-amended"

    status: ClassVar[int] = 422


class EmploymentEnded(Refusal):
    """This employment contract has ended"""

    code = "employment-ended"


class RegistrationTakenBack(Refusal):
    """The registration of this employment contract was voided"""

    code = "registration-taken-back"
