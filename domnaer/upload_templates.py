"""Templates of uploads: their columns, and as a CSV file for any spreadsheet; as .xlsx see chassis.uploads.workbook_writer."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.rows import adapter_of
from chassis.uploads.templates import TemplateColumn, template_columns
from domnaer.all_services import find_services


def uploads() -> dict[str, BulkCommand]:
    """Return the uploads of all services by name, such as ``border/crossings``."""
    return {
        f"{service.name}{path.removesuffix('/bulk')}": bulk
        for service in find_services()
        for path, bulk in service.routes.bulks.items()
    }


def columns_of(upload: BulkCommand) -> list[TemplateColumn]:
    """Return the columns of an upload."""
    return template_columns(adapter_of(upload.body, upload.record))


def csv_template(names: Sequence[str]) -> bytes:
    """Return a CSV file that names these columns, with the byte order mark by which spreadsheets know UTF-8."""
    written = io.StringIO()
    csv.writer(written).writerow(names)
    return written.getvalue().encode("utf-8-sig")
