"""On a narrow screen a bare number has the name of its column."""

from __future__ import annotations

from chassis.pages.cell_labels import label_cells


def table(heads: list[str], *cells: str) -> str:
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return f"<p>7</p><table><thead><tr>{head}</tr></thead><tbody><tr>{''.join(cells)}</tr></tbody></table><p>8</p>"


def test_a_cell_with_a_bare_number_has_the_name_of_its_column_and_other_cells_none() -> None:
    heads = ["Post", "Announced", '<abbr title="x">Counted</abbr>', "When", ""]
    page = table(
        heads,
        "<td>12</td>",
        '<td class="number">1,234</td>',
        '<td><a href="/x">៣៤</a></td>',
        "<td>12 June 2014</td>",
        "<td>9</td>",
    )
    labelled = label_cells(page)
    assert '<td data-label="Post">12</td>' in labelled
    assert '<td data-label="Announced" class="number">1,234</td>' in labelled
    assert '<td data-label="Counted"><a href="/x">៣៤</a></td>' in labelled
    assert "<td>12 June 2014</td><td>9</td>" in labelled, "words, and a column without a name"
    assert labelled.startswith("<p>7</p>") and labelled.endswith("<p>8</p>")


def test_times_shares_ranges_and_dashes_are_bare_too() -> None:
    for cell in ("06:00", "12.5 %", "18–24", "2014-06-12", "–", "-3", "1 / 4"):
        assert f'<td data-label="Age">{cell}</td>' in label_cells(table(["Age"], f"<td>{cell}</td>"))


def test_columns_are_counted_over_heads_of_rows_and_wide_cells() -> None:
    page = table(["Sex", "Below 18", "18 and more"], '<th scope="row">Women</th>', "<td>3</td>", "<td>4</td>")
    assert '<td data-label="Below 18">3</td><td data-label="18 and more">4</td>' in label_cells(page)
    wide = table(["A", "B", "C"], '<td colspan="2">both</td>', "<td>5</td>")
    assert '<td data-label="C">5</td>' in label_cells(wide)


def test_a_name_with_a_quotation_mark_stays_in_its_attribute() -> None:
    assert '<td data-label="&#34;Age&#34;">5</td>' in label_cells(table(['"Age"'], "<td>5</td>"))


def test_a_page_without_heads_of_columns_stays_as_it_is() -> None:
    for page in ("<p>5</p>", "<table><tbody><tr><td>5</td></tr></tbody></table>"):
        assert label_cells(page) == page
