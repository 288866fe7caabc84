"""The files of a list: no text becomes a formula, codes stand beside their words, and the heads are in the reader's language."""

# No deferred annotations here: FastAPI reads those of the route.
import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Query
from pydantic import AfterValidator
from starlette.requests import Request

from chassis.access.places import CAPITAL
from chassis.exports.columns import Column, Reader, cells_of, heads_of
from chassis.exports.files import Kind, list_file
from chassis.exports.lists import filter_of
from chassis.uploads.workbook_process import rows_of
from contracts.codes.assistance import Urgency
from contracts.codes.people import Sex
from contracts.codes.places import COUNTRIES, PROVINCES, Country

COLUMNS = (
    Column("Note", "note"),
    Column("Sex", "sex", Sex),
    Column("Home", "home", PROVINCES),
    Column("Urgency", "urgency", Urgency),
    Column("Countries", "countries", COUNTRIES),
    Column("Opened", "opened_at", time=True),
    Column("Due", "due_on"),
    Column("Wage", "wage"),
    Column("Late", "late"),
)
RECORD = {
    "note": '=HYPERLINK("http://x")',
    "sex": 2,
    "home": "02",
    "urgency": "soon",
    "countries": ["THA", "LAO"],
    "opened_at": datetime(2014, 6, 14, 2, 30, 59, tzinfo=UTC),
    "due_on": date(2014, 6, 20),
    "wage": Decimal("310.50"),
    "late": True,
}
KHMER = {"Home": "ស្រុកកំណើត", "Female": "ស្រី", "yes": "បាទ"}


def written(kind: Kind, *rows: list[object]) -> bytes:
    file = list_file(kind, len(rows[0]))
    pieces = []
    for row in rows:
        file.add(row)
        pieces.append(file.taken())
    return b"".join(pieces) + file.end()


def test_codes_stand_beside_their_words_in_the_language_of_the_reader() -> None:
    english = Reader("en", lambda text: text, CAPITAL)
    assert heads_of(COLUMNS, english) == [
        "Note", "Sex", "Sex (code)", "Home", "Home (code)", "Urgency", "Urgency (code)", "Countries", "Countries (code)",
        "Opened (time of Phnom Penh)", "Due", "Wage", "Late",
    ]  # fmt: skip
    assert cells_of(COLUMNS, RECORD, english)[1:] == [
        "Female", "2", "Battambang", "02", Urgency.SOON.title_en, "soon", "Thailand; Lao People's Democratic Republic", "THA; LAO",
        datetime(2014, 6, 14, 9, 30), date(2014, 6, 20), Decimal("310.50"), "yes",
    ]  # fmt: skip
    khmer = Reader("km", lambda text: KHMER.get(text, text), CAPITAL)
    assert heads_of(COLUMNS, khmer)[3] == "ស្រុកកំណើត"
    assert cells_of(COLUMNS, RECORD, khmer)[1:5] == ["ស្រី", "2", "បាត់ដំបង", "02"]


def test_no_text_of_a_csv_file_is_a_formula() -> None:
    texts = ["=1+1", "+855 12 345", "-2", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1", "សុខ, ដារ៉ា", 'a "b"', "a=1"]
    content = written("csv", ["n"], *[[text] for text in texts], [-2])
    assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets take the bytes for UTF-8 by this mark"
    rows = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    assert rows == ["n", *[f"'{text}" for text in texts[:7]], *texts[7:], "-2"]


def test_a_workbook_holds_text_as_text_and_is_written_in_pieces() -> None:
    day, moment = date(2014, 6, 20), datetime(2014, 6, 14, 9, 30)
    content = written("xlsx", ["n", "day", "at", "wage"], ["=1+1", day, moment, Decimal("310.50")], ["ដារ៉ា"])
    (_, heads), (_, cells), (_, last) = rows_of(content)
    assert heads == ["n", "day", "at", "wage"] and last[0] == "ដារ៉ា"
    assert cells == ["=1+1", day, moment, 310.5]
    assert b"<f>" not in content


def test_what_a_file_has_written_is_not_kept() -> None:
    for kind in ("csv", "xlsx"):
        file = list_file(kind, 1)  # type: ignore[arg-type]
        file.add(["x" * 1_000_000])
        file.taken()
        assert file.taken() == b""


def test_the_audit_holds_codes_of_a_filter_and_of_a_text_only_that_there_was_one() -> None:
    app = FastAPI()

    def chosen(country: Annotated[Country | Literal[""], Query()] = "") -> str:
        return country

    @app.get("/list")
    def listed(
        country: Annotated[str, Depends(chosen)],
        status: Literal["open", "closed"] = "open",
        name: Annotated[str, Query(max_length=80)] = "",
        who: Annotated[Annotated[str, AfterValidator(str.strip)] | Literal[""], Query()] = "",
    ) -> None: ...

    route = next(each for each in app.routes if getattr(each, "path", "") == "/list")
    query = "country=THA&status=open&name=Sokha&who=dara&file=csv&cursor=x&other=Bopha"
    request = Request({"type": "http", "query_string": query.encode(), "route": route, "headers": []})
    assert filter_of(request) == {"status": "open", "country": "THA", "name": "text", "who": "text"}
