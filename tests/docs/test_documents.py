"""Compares the documents with the code: links, events, settings, permissions, metrics, log events, commands, flags."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi.routing import APIRoute
from packaging.requirements import Requirement

import domnaer.http_protocol  # noqa: F401 - its metrics, too, are documented
from chassis import retention
from chassis.base.metrics import REGISTRY
from chassis.exports import jobs
from chassis.http.health import Health
from chassis.uploads import body_reader, refusals
from chassis.uploads import rows as bulk_rows
from chassis.uploads.workbook import WORKBOOK_LIMIT
from contracts.catalogue import catalogue, modules
from contracts.journeys import flag_rules
from contracts.journeys.flags import FLAG_RULES
from contracts.reference.tables import TABLES
from contracts.registry import WHO_TOPIC
from domnaer.all_services import find_services
from services.registry.wording.flags import ADDRESSEES
from tests.conftest import FreshService
from tests.deploy.compose import service_folders
from tests.docs.pages import GENERATED, HOME, blocks, documents, name_of, section, text_of
from tests.docs.reference import command_sections, log_events, permissions, reference_tables, settings_rows

COPIED = (GENERATED, HOME / "domnaer" / "demo" / "figures" / "README.md")
DECISIONS = sorted(path for path in (HOME / "docs" / "decisions").glob("*.md") if path.name != "README.md")


def anchors(document: Path) -> set[str]:
    """Return the anchors of a document's headings."""
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    named = {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
    return named | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        place = document if not path else (document.parent / path).resolve()
        known = place.exists() and place.is_relative_to(HOME)
        if not known or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            broken.append(target)
    assert not broken


def test_every_document_is_reached_from_the_readme() -> None:
    waiting, reached = [HOME / "README.md"], set[Path]()
    while waiting:
        document = waiting.pop()
        if document in reached or document.suffix != ".md" or not document.exists():
            continue
        reached.add(document)
        targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
        waiting += [(document.parent / each).resolve() for each in targets if not re.match(r"[a-z]+:", each)]
    assert {name_of(document) for document in documents()} == {name_of(document) for document in reached}


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_no_document_names_a_place_on_somebodys_machine(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert not re.findall(r"(?<![\w.$}/])/(?:home|root|work|tmp|Users|mnt|opt|srv)/\S*", text)
    assert "file://" not in text and not re.search(r"\b[A-Z]:\\", text)


@pytest.mark.parametrize("document", [each for each in documents() if each not in COPIED], ids=name_of)
def test_lines_can_be_read_without_scrolling(document: Path) -> None:
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    long = [line for line in text.splitlines() if len(line) > 140 and not line.startswith(("|", "!["))]
    assert not long


def test_every_event_is_documented() -> None:
    page = GENERATED.read_text(encoding="utf-8")
    assert not [fact.wire for fact in catalogue() if fact.wire not in page]


def test_every_setting_is_documented_as_it_is() -> None:
    settings = section("docs/operating.md", "Settings")
    assert [line for line in settings.splitlines() if line.startswith("| `")] == settings_rows()


def test_every_permission_is_documented() -> None:
    table = section("docs/operating.md", "Permissions")
    assert re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE) == permissions()


def test_every_probe_is_documented() -> None:
    probes = [
        route.path.removeprefix("/health")
        for route in Health({}).router.routes
        if isinstance(route, APIRoute)
    ]
    table = section("docs/operating.md", "Health probes")
    documented = re.findall(r"^\| `/<service>/health([a-z/-]+)` \|", table, re.MULTILINE)
    assert probes and sorted(documented) == sorted(probes)


def test_every_metric_is_documented_with_its_type_and_labels() -> None:
    find_services()
    table = section("docs/operating.md", "Metrics")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|([^|]*)\|", table, re.MULTILINE)
    documented = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    declared = {
        name: (node.func.id.lower().replace("stategauge", "gauge"), {label.value for label in node.args[2:]})
        for folder in ("chassis", "services", "domnaer")
        for source in (HOME / folder).rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("counter", "gauge", "histogram", "StateGauge")
        and isinstance(node.args[0], ast.Constant)
        and (name := node.args[0].value).startswith("domnaer_")
    }
    known = {each.name.removesuffix("_total") for each in REGISTRY.collect()}
    assert {name.removesuffix("_total") for name in declared} == {name for name in known if name}
    assert documented == declared
    alerts = re.findall(r"`(domnaer_\w+)`", section("docs/operating.md", "Alerts"))
    assert alerts and set(alerts) <= set(documented)


def test_every_log_event_is_documented_with_its_level_and_fields() -> None:
    table = section("docs/operating.md", "Logs").partition("\n### Log events\n")[2]
    rows = re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \|([^|]*)\| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)
    documented = {
        event: (set(levels.split(", ")), set(re.findall(r"`(\w+)`", fields)))
        for event, levels, fields, *_ in rows
    }
    written = log_events()
    assert "serving" in written and "request" in written and "call_refused_audit_failed" in written
    assert documented == written
    assert [event for event, *_ in rows] == sorted(documented)


def test_log_events_that_the_text_names_are_written_by_the_code() -> None:
    written = log_events()
    named = re.findall(r"\(log: `(\w+)`\)", text_of("docs/operating.md"))
    named += re.findall(r"look for `(\w+)` in the log", text_of("docs/operating.md"))
    assert named and not [event for event in named if event not in written]


def test_topics_and_consumer_groups_are_those_of_the_code() -> None:
    topics = section("docs/operating.md", "Topics")
    documented = re.findall(r"^\| `(domnaer\.[a-z.]+v1)` \| (\w+) \|", topics, re.MULTILINE)
    published = {module.TOPIC: module.TOPIC.split(".")[1] for module in modules() if hasattr(module, "TOPIC")}
    assert dict(documented) == published | {WHO_TOPIC: "registry"}
    groups = {
        literal
        for source in (HOME / "services").rglob("*.py")
        for literal in re.findall(r'"((?:[a-z]+)\.[a-z]+)"', source.read_text(encoding="utf-8"))
        if literal.split(".")[0] in source.parts
    }
    named = re.findall(
        r"`([a-z]+\.[a-z]+)`", topics.partition("Consumer groups")[2].partition(" Readers ")[0]
    )
    frozen = json.loads(
        (HOME / "tests" / "architecture" / "frozen_interfaces.json").read_text(encoding="utf-8")
    )
    assert named == frozen["consumer_groups_and_outlets"] and set(named) <= groups


def test_the_times_of_retention_are_those_of_the_code() -> None:
    table = section("docs/operating.md", "Retention")
    hours = refusals.KEPT_FOR.total_seconds() / 3600
    assert f"| refused rows of uploads | {hours:.0f} hours |" in table
    assert f"| outcomes of the rows of uploads | {hours:.0f} hours |" in table
    assert retention.EVERY == 30 and table.count("the service, twice a minute") == 7
    made, asked = (each.total_seconds() / 3600 for each in (jobs.KEPT_FOR, jobs.UNFINISHED_FOR))
    assert (
        made == 1
        and "an hour after they are made" in table
        and f"not finished ones {asked:.0f} hours" in table
    )


def test_every_command_is_documented_with_what_it_takes() -> None:
    _, title, sections = text_of("docs/commands.md").partition("## domnaer ")
    assert title + sections == command_sections(), "python -m tests.docs.reference"


def test_every_table_of_the_reference_data_is_documented_with_its_columns() -> None:
    page = text_of("docs/reference-data.md")
    assert page.partition("\n## Tables\n\n")[2] == reference_tables(), "python -m tests.docs.reference"
    listed = re.findall(r"^\| `([a-z_]+)` \| ", page.partition("\n## Changing a table\n")[0], re.MULTILINE)
    assert listed == list(TABLES)


def test_the_table_of_flags_is_that_of_the_rules() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \|", text_of("docs/flags.md"), re.MULTILINE)
    assert rows == [
        (str(name), str(rule.severity), ADDRESSEES[rule.addressee]) for name, rule in FLAG_RULES.items()
    ]


def test_the_days_of_the_flags_are_those_of_the_rules() -> None:
    page = text_of("docs/flags.md")
    assert f"{flag_rules.DEPARTURE_DUE.days} days after the first day" in page
    assert f"{flag_rules.CHILD_FOLLOW_UP.days} days later, in which" in page
    assert flag_rules.CLOCK_SLACK.days == 1 and "more than a day before" in page


def test_every_dependency_has_its_reason_and_its_price() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"At work": project["dependencies"], **project["optional-dependencies"]}
    page = text_of("docs/dependencies.md")
    for group, requirements in groups.items():
        title = next(
            title
            for title in re.findall(r"^## (.+)$", page, re.MULTILINE)
            if group in (title, title.split("`")[-2:][0])
        )
        table = section("docs/dependencies.md", title)
        rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)
        assert sorted(row[0] for row in rows) == sorted({Requirement(each).name for each in requirements}), (
            group
        )


def test_every_service_is_in_the_architecture_and_the_readme_is_short() -> None:
    architecture, readme = text_of("docs/architecture.md"), text_of("README.md")
    for service in service_folders():
        assert f"| `{service}` |" in architecture
        assert f"`{service}`" in readme
    assert len(readme.splitlines()) <= 80


def test_the_limits_of_uploads_are_those_of_the_code() -> None:
    mebibytes, kibibytes = body_reader.SIZE_LIMIT // 1024 // 1024, bulk_rows.LINE_LIMIT // 1024
    says = f"{body_reader.ROW_LIMIT:,} rows, {mebibytes} MiB and {kibibytes} KiB a line"
    assert says in text_of("docs/api.md")
    workbook = f"at most {WORKBOOK_LIMIT // 1024 // 1024} MiB"
    assert workbook in text_of("docs/api.md") and workbook in text_of("docs/uploads.md")


@pytest.mark.parametrize("document", DECISIONS, ids=lambda path: str(path.stem))
def test_a_decision_has_its_parts_and_names_tests_that_there_are(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    parts = re.findall(r"^\*\*(Context|Decision|Consequences|Alternatives|Held by)\.", text, re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences", "Alternatives", "Held by"]
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert named
    missing = [f"{path}::{name}" for path, name in named if name not in names_of_tests(HOME / path)]
    assert not missing


def test_decisions_are_listed() -> None:
    listed = re.findall(r"^\| \[([\w-]+)\]\(\1\.md\) \|", text_of("docs/decisions/README.md"), re.MULTILINE)
    assert sorted(listed) == [path.stem for path in DECISIONS]


def test_decisions_that_the_code_names_are_there() -> None:
    for folder in ("contracts", "chassis", "services", "domnaer"):
        for source in (HOME / folder).rglob("*.py"):
            for path in re.findall(r"docs/decisions/[\w-]+\.md", source.read_text(encoding="utf-8")):
                assert (HOME / path).exists(), f"{source.name} names {path}"


async def test_the_statements_for_operators_run(
    fresh_service: Callable[..., Awaitable[FreshService]],
) -> None:
    statements = blocks(HOME / "docs" / "operating.md", "sql")
    assert len(statements) == 3
    service = await fresh_service("documents")
    for statement in statements:
        await service.pool.fetch(statement.rstrip().rstrip(";"))


def names_of_tests(path: Path) -> set[str]:
    """Return the names of the tests of a module; none if the module does not exist."""
    if not path.exists():
        return set()
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
