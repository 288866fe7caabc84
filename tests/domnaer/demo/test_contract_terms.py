"""Employers, workplaces and terms of the replay: they are complete, and they fit the work."""

from decimal import Decimal

import orjson

from domnaer.demo import contract_terms
from domnaer.demo.employers import FISHING, HOUSEHOLDS, employers, workplace_of, workplaces
from domnaer.demo.lines import Line
from domnaer.demo.rows import EmploymentContractRow, Row
from services.recruitment.domain.employment_contract import TermsGiven


def test_all_employers_and_workplaces_are_sent_with_their_kinds_and_names() -> None:
    abroad, at_home = contract_terms.employers(employers())
    (places,) = contract_terms.workplaces(workplaces())
    assert len(abroad.lines) + len(at_home.lines) == len(employers())
    assert len(places.lines) == len(workplaces())
    assert all(line["name"].get("khmer") for line in at_home.lines)
    assert {line["kind"] for line in abroad.lines} == {"company", "household", "farm", "vessel"}


def test_terms_are_accepted_and_fit_the_sector(replayed: list[Row]) -> None:
    of_sector: dict[str, list[Line]] = {}
    for row in replayed:
        if isinstance(row, EmploymentContractRow):
            terms = contract_terms.terms(row)
            of_sector.setdefault(row.sector, []).append(terms)
            assert terms.get("workplace_id") == workplace_of().get(row.employer_id)
            whole = terms | {name: getattr(row, name) for name in ("destination", "sector", "occupation")}
            whole |= {"starts_on": row.starts_on, "ends_on": row.ends_on}
            TermsGiven.model_validate_json(orjson.dumps(whole))
    fishers = of_sector[FISHING]
    shares = [Decimal(terms["catch_share"]) for terms in fishers if "catch_share" in terms]
    assert 0.4 < len(shares) / len(fishers) < 0.6 and all(8 <= share <= 12 for share in shares)
    assert all(("wage" in terms) != ("catch_share" in terms) for terms in fishers)
    assert all("workplace_id" in terms for terms in fishers)
    for terms in of_sector[HOUSEHOLDS]:
        assert (terms["food"], terms["lodging"]) == ("employer", "employer")
        assert "wage" in terms and "workplace_id" not in terms
