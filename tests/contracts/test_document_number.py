"""Numbers of documents: decoration makes no difference, damage is refused, and a placeholder is no document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chassis.store.persons import Handles
from contracts.command import PersonGiven
from contracts.document_number import DocumentNumber, is_placeholder, normal_number
from contracts.person import Document

HANDLES = Handles(bytes(32))
NUMBERS: TypeAdapter[str] = TypeAdapter(DocumentNumber)
KHMER_DIGITS = "០១២៣៤៥៦៧៨៩"
THAI_DIGITS = "๐๑๒๓๔๕๖๗๘๙"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def refusal(number: str) -> str:
    with pytest.raises(ValidationError) as refused:
        NUMBERS.validate_python(number)
    (error,) = refused.value.errors(include_url=False)
    return str(error["msg"])


def handle_of(number: str, **more: Any) -> str | None:
    shown = {"kind": "passport", "number": number, **more}
    return HANDLES.of(PersonGiven.model_validate({"documents": [shown]}).documents[0])


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("N0123456", "N0123456"),
        ("n0123456", "N0123456"),
        ("N 0123 456", "N0123456"),
        ("N-0123-456", "N0123456"),
        ("N\u20110123\u2013456", "N0123456"),
        ("N0123456.", "N0123456"),
        ("00/1234/567", "001234567"),
        ("N០១២៣៤៥៦", "N0123456"),
        (f"{KHMER_DIGITS}", "0123456789"),
        ("០១១ ២២៣ ៣៤៤", "011223344"),
        ("N\u00a00123456", "N0123456"),
        ("OCWC-00481516", "OCWC00481516"),
        ("ក-០១២", "ក012"),
        ("๐๐ ๑๒๓๔ ๕๖๗๘๙ ๐ ๑", "0012345678901"),
        ("N0123\u200b456", "N0123456"),
        ("'N0123456", "N0123456"),
        ("\u2019N0123456", "N0123456"),
        ('="N0123456"', "N0123456"),
        ("“N0123456”", "N0123456"),
        ("N0123456<<", "N0123456"),
        ("Ｎ０１２３４５６", "N0123456"),
        ("N๐๑๒๓๔๕๖", "N0123456"),
        ("N\u00ad0123456\ufe0f", "N0123456"),
        ("№ N0123456", "N0123456"),
        ("No. N0123456", "N0123456"),
        ("no: N0123456", "N0123456"),
        ("Passport N0123456", "N0123456"),
        ("PASSPORT NO. N0123456", "N0123456"),
        ("Passport number: N0123456", "N0123456"),
        ("Passport no N0123456", "N0123456"),
        ("PP N0123456", "N0123456"),
        ("PP 0123456", "PP0123456"),
        ("Document 00-1234", "001234"),
        ("លេខ N0123456", "N0123456"),
        ("លិខិតឆ្លងដែនលេខ៖ N០១២៣៤៥៦", "N0123456"),
        ("หนังสือเดินทาง เลขที่ N0123456", "N0123456"),
        ("#N0123456", "N0123456"),
        ("លេខ៖ ០១២៣៤", "01234"),
        ("เลขที่ ๐๑๒๓๔", "01234"),
        ("NO123456", "NO123456"),
        ("12E34567", "12E34567"),
        ("KHM-PNH 000123/14", "KHMPNH00012314"),
    ],
)
def test_a_document_number_is_compared_without_decoration(typed: str, normal: str) -> None:
    assert normal_number(typed) == normal
    assert NUMBERS.validate_python(typed) == typed, "it is kept as printed"


@given(st.text(st.sampled_from("aBc019 -./០៩\u2013\u00a0ក"), max_size=20))
def test_normalising_a_number_twice_changes_nothing(typed: str) -> None:
    once = normal_number(typed)
    assert normal_number(once) == once
    assert normal_number(typed.lower()) == once
    assert normal_number(" ".join(typed)) == once
    assert not set(once) & set(" -./\u2013\u00a0" + KHMER_DIGITS)


@pytest.mark.parametrize("number", ["", " ", "\t"])
def test_a_document_number_is_not_empty(number: str) -> None:
    assert refusal(number)


def test_a_document_without_readable_number_is_left_out() -> None:
    with pytest.raises(ValidationError):
        Document.model_validate({"kind": "passport", "number": ""})


@pytest.mark.parametrize(
    "number",
    [
        *("1.23457E+12", "1.23457e+12", "1,23457E+12", "1E+12", "1.E+12", "៣.២E+១២", "1E-05", "6.27E+07"),
        *("62747669.0", "62747669.00", "62747669,0", "62747669. 0", "６２７４７６６９．０", "៦២៧៤៧៦៦៩.០"),
        *("N0123456.0", "1,234,567", "12.345.678", "0.0", '="62747669.0"', "'62747669.0"),
    ],
)
def test_a_decimal_point_or_an_exponent_is_damage(number: str) -> None:
    message = refusal(number)
    assert "decimal point" in message and "as text" in message and "as printed" in message


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("SOK DARA", "is words"),
        ("សុខ ដារ៉ា", "is words"),
        ("Sok Dara 1990", "is words"),
        ("Passport of N0123456", "is words"),
        ("P<N0123456", "machine-readable zone"),
        ("PKHM N0123456", "machine-readable zone"),
        ("PKHMN0123456", "machine-readable zone"),
        ("P THA AA1234567", "machine-readable zone"),
        ("N0123456<2", "machine-readable zone"),
        ("N0123456<2KHM9004031M", "machine-readable zone"),
        ("N012345679KHM", "machine-readable zone"),
        ("N012345671KHM9004031", "machine-readable zone"),
        ("P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "machine-readable zone"),
        ("N" + "0123456" * 6, "at most 40"),
        ("x" * 41, "at most 40"),
        ("TEST", "is words"),
        ("C:\\scans\\N0123456", "name of a file"),
        ("/scans/n0123456", "name of a file"),
        ("N0123456.jpg", "name of a file"),
        ("../n0123456.pdf", "name of a file"),
        ("https://x/1", "address"),
        ("a@b.org", "address"),
        ("2014-06-26", "is a date"),
        ("2014-06-26 00:00:00", "is a date"),
        ("26/06/2014", "is a date"),
        ("២៦/៦/២៥៥៧", "is a date"),
        ("N071****", "not complete"),
        ("N071?", "not complete"),
        ("N0123456🙂", "emoji"),
        ("👍", "emoji"),
        ("N0123456\u200f", "direction of writing (U+200F)"),
        ("\u202aN0123456", "direction of writing (U+202A)"),
        ("+855 12 345 678", "+ (U+002B)"),
        ("N0123456, N0123457", ", (U+002C)"),
        ("\u0410" + "0123456", "(U+0410)"),
        ("<script>1</script>", "> (U+003E)"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(number: str, words: str) -> None:
    message = refusal(number)
    assert words in message and number not in message
    with pytest.raises(ValidationError) as refused:
        handle_of(number)
    (error,) = refused.value.errors()
    assert (error["loc"], error["input"]) == (("documents", 0, "number"), number)


PASSPORT = "N0123456<2KHM9004031M2501017<<<<<<<<<<<<<<02"
CARD = "IDKHM0123456784<<<<<<<<<<<<<<<"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (PASSPORT, "N0123456"),
        (PASSPORT.lower(), "N0123456"),
        (f"P<KHMSOK<<DARA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n{PASSPORT}", "N0123456"),
        (CARD, "012345678"),
        ("I<KHM0123456784", "012345678"),
        ("".join(chr(ord(each) + 0xFEE0) for each in PASSPORT), "N0123456"),
    ],
)
def test_of_a_whole_machine_readable_line_its_number_is_kept(typed: str, number: str) -> None:
    assert NUMBERS.validate_python(typed) == number
    assert handle_of(typed) == handle_of(number)


@pytest.mark.parametrize("line", [PASSPORT, CARD])
def test_a_machine_readable_line_with_a_wrong_character_is_refused(line: str) -> None:
    for wrong in ("8", "7"):
        assert "check digit" in refusal(line.replace("3", wrong, 1))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("part", ["no. ", "P ", "A<", "<", " N", "KHM", "passport ", "លេខ", "1E+"])
def test_a_text_of_a_million_characters_is_refused_at_once(part: str) -> None:
    assert "at most 40" in refusal(part * (1_000_000 // len(part)))


PLACEHOLDERS = [
    *("NONE", "none", "No", "N/A", "n.a.", "#N/A", "(none)", "UNKNOWN", "not known", "nan", "NULL", "None."),
    *(
        "no passport yet",
        "has no document",
        "passport lost",
        "number not known",
        "without",
        "NONE 0",
        "no. 000",
    ),
    *(
        "0",
        "000000000",
        "N0000000",
        "PP-000000",
        "-",
        "---",
        "?",
        "???",
        "...",
        "<<<<<",
        "XXXX",
        "1111",
        "99999999",
    ),
    *("N1111111", "123456", "1234567", "123456789", "1234567890", "0123456789", "987654321", "12-34-56-789"),
    *("០០០", "00-00", "១២៣៤៥៦៧៨៩", "๑๒๓๔๕๖๗๘๙", "１２３４５６７８９"),
    *("គ្មាន", "គ្មានទេ", "គ្មានលិខិតឆ្លងដែន", "មិនមាន", "មិន\u200bដឹង", "អត់មានទេ", "បាត់", "បាត់លិខិតឆ្លងដែន"),
    *("ไม่มี", "ไม่มีหนังสือเดินทาง", "ไม่ทราบ", "หาย", "ບໍ່ມີ", "không có", "tidak ada", "없음", "無"),
]


@pytest.mark.parametrize("number", PLACEHOLDERS)
def test_a_placeholder_in_any_language_is_no_document_and_is_kept_as_typed(number: str) -> None:
    assert NUMBERS.validate_python(number) == number
    assert is_placeholder(number) and is_placeholder(number.lower()) and is_placeholder(number.upper())
    assert handle_of(number) is None


@pytest.mark.parametrize(
    "number",
    [
        "N0123456",
        "N1234567",
        "012345679",
        "1234568",
        "NO123456",
        "NA012345",
        "00000001",
        "1112111",
        "E0000001",
        "N012345670CAF",
    ],
)
def test_a_number_that_a_document_may_have_is_no_placeholder(number: str) -> None:
    assert not is_placeholder(number) and handle_of(number) is not None


@pytest.mark.parametrize("number", ["7", "12", "N07", "TH1"])
def test_a_number_that_is_too_short_identifies_nobody(number: str) -> None:
    assert handle_of(number) is None
    assert handle_of(number, kind="border_pass", place="01") is not None


plain = st.from_regex(r"[A-Z]{0,2}[0-9]{5,12}", fullmatch=True).filter(lambda each: not is_placeholder(each))
DECORATIONS = (*" -/'‘’“”\"<=#\u00a0\u2011\u2013\u200b\u200d\u2060\ufeff\u00ad",)
SCRIPTS = (
    str.maketrans({}),
    str.maketrans("0123456789", KHMER_DIGITS),
    str.maketrans("0123456789", THAI_DIGITS),
    WIDE,
)


@st.composite
def decorated(draw: st.DrawFn, number: str) -> str:
    """Return another way to write a number."""
    marks = draw(
        st.lists(st.sampled_from(("", *DECORATIONS)), min_size=len(number) + 1, max_size=len(number) + 1)
    )
    script = draw(st.sampled_from(SCRIPTS))
    typed = number.lower() if draw(st.booleans()) else number
    return marks[0] + "".join(
        each + mark for each, mark in zip(typed.translate(script), marks[1:], strict=True)
    )


@given(plain, st.data())
def test_what_differs_only_in_decoration_has_the_same_handle(number: str, data: st.DataObject) -> None:
    typed = data.draw(decorated(number))
    try:
        found = handle_of(typed)
    except ValidationError as refused:  # hyphens may make a date of it
        # A filler within a number is a part of a machine-readable line.
        assume(not any(reason in str(refused) for reason in ("is a date", "machine-readable")))
        raise
    assert found is not None
    assert found == handle_of(number)


@given(plain, st.data())
def test_what_differs_in_a_letter_or_digit_has_another_handle(number: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(number) - 1))
    instead = data.draw(
        st.sampled_from("0123456789" if number[at].isdecimal() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    )
    other = number[:at] + instead + number[at + 1 :]
    assume(other != number)
    assert handle_of(other) != handle_of(number)


@given(st.text(max_size=30))
def test_the_normal_form_of_any_text_is_its_own_normal_form(text: str) -> None:
    once = normal_number(text)
    assert normal_number(once) == once
    is_placeholder(text)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40))
def test_any_text_is_accepted_as_typed_or_refused_with_what_would_be_right(text: str) -> None:
    try:
        typed = NUMBERS.validate_python(text)
    except ValidationError as refused:
        (error,) = refused.errors()
        assert "; " in error["msg"]
        return
    assert typed == text.strip()
    assert is_placeholder(typed) or any(map(str.isdecimal, normal_number(typed)))


def test_a_spelling_of_a_document_is_kept_beside_its_handle() -> None:
    one = Document.model_validate({"kind": "passport", "number": " ='N 0123-456<' "})
    assert one.number == "='N 0123-456<'" and one.key == "passport|KHM||N0123456"
