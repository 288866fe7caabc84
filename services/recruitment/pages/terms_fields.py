"""The fields of a form that states the terms of an employment contract, and their choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from chassis.pages.form import SubmittedForm
from chassis.pages.typed import as_typed as day_as_typed
from chassis.pages.typed import number_typed
from contracts.codes.crossings import Channel
from contracts.codes.employment import ContractClause, DeductionKind, Provision
from contracts.codes.money import CURRENCIES, Money, WagePeriod
from contracts.recruitment import Terms

DEDUCTIONS = 4
"""Deductions that an empty form offers; a form of more has one row more than the terms."""
_PLAIN = (
    "destination",
    "sector",
    "occupation",
    "wage_period",
    "catch_share",
    "food",
    "lodging",
    "levy",
    "channel",
    "starts_on",
    "ends_on",
)
_WHOLE = ("hours_per_day", "rest_days_per_month")
_MONEY = {"wage": "wage", "wage_in_kind": "kind", "advance": "advance"}
_CLAUSE = "clause_"


def terms_typed(form: SubmittedForm) -> dict[str, Any]:
    """Return the terms that were typed, as fields of a command."""
    terms: dict[str, Any] = form.given(*_PLAIN)
    terms |= {name: form.whole(name) for name in _WHOLE if form.text(name)}
    terms |= {name: _money(form, typed) for name, typed in _MONEY.items() if form.text(f"{typed}_amount")}
    if workplace := form.text("workplace"):
        terms["workplace_id"] = workplace
    terms["deductions"] = [
        {
            "kind": form.text(f"deduction_{nth}_kind"),
            "amount": _money(form, f"deduction_{nth}"),
            "period": form.text(f"deduction_{nth}_period"),
        }
        for nth in _deductions(form)
    ]
    terms["clauses"] = [each.value for each in ContractClause if form.text(f"{_CLAUSE}{each.value}") == "yes"]
    return terms


def names_of_terms(form: SubmittedForm) -> Mapping[str, str]:
    """Return the field of the form for each field of the command that states terms."""
    names = {f"terms.{name}": name for name in (*_PLAIN, *_WHOLE)} | {"terms.workplace_id": "workplace"}
    for name, typed in _MONEY.items():
        names[f"terms.{name}"] = names[f"terms.{name}.amount"] = f"{typed}_amount"
        names[f"terms.{name}.currency"] = f"{typed}_currency"
    for at, nth in enumerate(_deductions(form)):
        path = f"terms.deductions[{at}]"
        names[f"{path}.kind"] = names[path] = f"deduction_{nth}_kind"
        names[f"{path}.amount"] = names[f"{path}.amount.amount"] = f"deduction_{nth}_amount"
        names[f"{path}.amount.currency"] = f"deduction_{nth}_currency"
        names[f"{path}.period"] = f"deduction_{nth}_period"
    return names | {"terms": "destination"}


def as_typed(terms: Terms) -> dict[str, str]:
    """Return the values of the form's fields that state these terms."""
    stated = {name: getattr(terms, name) for name in (*_PLAIN, *_WHOLE)} | {"workplace": terms.workplace_id}
    typed = {
        name: day_as_typed(value) if isinstance(value, date) else str(value)
        for name, value in stated.items()
        if value is not None
    }
    for name, prefix in _MONEY.items():
        typed |= _money_typed(prefix, getattr(terms, name))
    for nth, deduction in enumerate(terms.deductions, 1):
        typed |= {f"deduction_{nth}_kind": deduction.kind, f"deduction_{nth}_period": deduction.period}
        typed |= _money_typed(f"deduction_{nth}", deduction.amount)
    return typed | {f"{_CLAUSE}{clause.value}": "yes" for clause in terms.clauses}


def choices_of_terms(terms: Terms | None = None) -> dict[str, Any]:
    """Return the choices of the form's fields, and the rows for deductions: one more than the terms have."""
    return {
        "periods": list(WagePeriod),
        "provisions": list(Provision),
        "channels": list(Channel),
        "deduction_kinds": list(DeductionKind),
        "deduction_rows": range(1, max(DEDUCTIONS, len(terms.deductions) + 1 if terms else 0) + 1),
        "clauses": list(ContractClause),
        "currencies": list(CURRENCIES),
    }


def _money(form: SubmittedForm, name: str) -> dict[str, str]:
    return {
        "amount": number_typed(form.text(f"{name}_amount")),
        "currency": form.text(f"{name}_currency").upper(),
    }


def _money_typed(name: str, money: Money | None) -> dict[str, str]:
    if money is None:
        return {}
    return {f"{name}_amount": format(money.amount, "f"), f"{name}_currency": str(money.currency)}


def _deductions(form: SubmittedForm) -> Iterator[int]:
    """Yield the rows of deductions in which something is typed; a command takes at most 20."""
    for nth in range(1, 22):
        if form.given(f"deduction_{nth}_kind", f"deduction_{nth}_amount"):
            yield nth
