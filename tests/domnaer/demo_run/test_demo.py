"""The demo at a tiny scale, from the command to the table, and what can be done with it afterwards."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx2
import pytest

from chassis.access.sessions import SESSION_COOKIE
from domnaer.demo.published import last_day
from tests.domnaer.commands import Command, domnaer, nothing_runs

pytestmark = pytest.mark.timeout(400)
SCALE = "400"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Command]:
    """The demo, loaded and serving."""
    with Command("demo", "--scale", SCALE, "--folder", folder, "--port", "0") as command:
        command.says("^serving at ", within=200)
        yield command


@pytest.fixture(scope="module")
def again(served: Command, folder: Path) -> Iterator[subprocess.CompletedProcess[str]]:
    """Run the demo again with the same folder."""
    served.stop()
    yield domnaer("demo", "--scale", SCALE, "--no-serve", "--folder", folder, "--port", "0", seconds=200)


def table(output: str) -> list[str]:
    """The lines of the table that ends a demo."""
    return re.findall(r"^(?:JPN|KOR|MYS|SGP|THA) .*$", output, re.MULTILINE)


def test_every_row_of_history_is_accepted(served: Command) -> None:
    taken, known, refused = served.says(
        r"^records: ([\d,]+) taken, ([\d,]+) known before, ([\d,]+) refused"
    ).groups()
    assert int(taken.replace(",", "")) > 2_000
    assert (known, refused) == ("0", "0"), served.output


def test_published_loaded_and_counted_stand_side_by_side(served: Command) -> None:
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in table(served.output)}
    assert len(rows) == 50
    assert rows["THA", "2014"][:3] == ["13,802", "8,274", "5,528"]
    assert rows["THA", "2014"][3:5] == rows["THA", "2014"][5:7] != ["0", "0"]
    assert rows["SGP", "2005"] == ["-"] * 7
    assert "loaded and counted: 0 differences" in served.output


def test_contradictions_of_the_source_are_reported_and_kept(served: Command) -> None:
    assert "published figures: 6 contradictions" in served.output
    assert "THA 2011 total: printed 16,837, male and female add up to 16,747" in served.output


def test_there_are_no_dead_letters_after_the_demo(served: Command, folder: Path) -> None:
    listed = domnaer("dead-letters", "list", "--folder", folder)
    assert listed.stdout.strip() == "0 dead letters", listed.stdout


def test_every_person_of_the_demo_finds_work(served: Command, folder: Path) -> None:
    url = served.says(r"^serving at (\S+) until Ctrl-C$")[1]

    def found(person: str, path: str) -> list[object]:
        token = domnaer("token", person, "--folder", folder).stdout.strip()
        answer = httpx2.get(url + path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        items: list[object] = answer.json()["items"]
        return items

    assert found("counsellor-poipet", "/reintegration/cases?queue=mine")
    assert found("counsellor-battambang", "/reintegration/cases?queue=unassigned")
    assert found("registrar", "/registry/flags")
    assert found("reviewer", "/recruitment/employment-contracts?status=approved")
    assert found("assessor", "/skills/applications")


QUESTIONS = r"^private questions: (\d+) people asked, (\d+) referrals, (\d+) of them acknowledged"


def test_some_returnees_were_asked_the_private_questions_and_their_referrals_wait(
    served: Command, folder: Path
) -> None:
    asked, referrals, acknowledged = map(int, served.says(QUESTIONS).groups())
    assert asked > 10 and referrals > acknowledged > 0
    url = served.says(r"^serving at (\S+) until Ctrl-C$")[1]

    def counted(person: str, path: str) -> int:
        """Return the count that the first page of a person of the demo shows for a list."""
        token = domnaer("token", person, "--folder", folder).stdout.strip()
        answer = httpx2.get(url + path, cookies={SESSION_COOKIE: token})
        assert answer.status_code == 200, answer.text
        found = re.search(r">\s*(\d+)\s*<", answer.text)
        assert found is not None, answer.text
        return int(found[1])

    receivers = ("reviewer", "referrals", "social-affairs", "counsellor-poipet", "counsellor-battambang")
    waiting = [counted(each, "/border/pages/referrals/counts") for each in receivers]
    # Children who came back alone, in the history too, wait at the Ministry of Social Affairs beside them.
    assert all(waiting) and sum(waiting) > referrals - acknowledged
    assert counted("officer", "/border/pages/screenings/counts") > 0


def test_every_link_that_a_person_of_the_demo_is_shown_leads_to_a_page(served: Command) -> None:
    url = served.says(r"^serving at (\S+) until Ctrl-C$")[1]
    people = re.findall(r'name="username" value="([^"]+)"', httpx2.get(f"{url}/sign-in").text)
    assert len(people) > 10
    visits = [visit for person in people for visit in visited(url, person)]
    assert len(visits) > 150
    assert [visit for visit in visits if visit[2] >= 400] == []


def visited(url: str, person: str) -> Iterator[tuple[str, str, int]]:
    """Follow the links from the first page of a person, one of those that differ in ids alone; yield what each answers."""
    with httpx2.Client(base_url=url, follow_redirects=True, timeout=60) as http:
        form = next(
            each
            for each in re.findall(r"<form.*?</form>", http.get("/sign-in").text, re.DOTALL)
            if f'value="{person}"' in each
        )
        http.post("/sign-in", data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form)))
        waiting, shapes = ["/"], set[str]()
        while waiting:
            path = unescape(waiting.pop())
            shape = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Z-]{14,}", "ID", path.partition("?")[0])
            if shape in shapes or re.match(r"/(static|sign-out|language)\b", path):
                continue
            shapes.add(shape)
            answer = http.get(path)
            if answer.status_code == 503:  # the machine is busy with other tests
                answer = http.get(path)
            yield person, path, answer.status_code
            if "text/html" in answer.headers.get("content-type", ""):
                waiting += re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text)


def test_the_registry_is_rebuilt_beside_itself_by_two_processes(served: Command, folder: Path) -> None:
    rebuilt = domnaer("rebuild", "registry", "--processes", "2", "--folder", folder, seconds=120)
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert "build 2 is live" in rebuilt.stdout
    assert re.search(r"^events: [\d,]+ of [\d,]+ events, ", rebuilt.stdout, re.MULTILINE)


def test_another_scale_needs_another_folder(served: Command, folder: Path) -> None:
    other = domnaer("demo", "--scale", "300", "--folder", folder)
    assert other.returncode == 1
    assert f"holds the demo at 1:{SCALE}" in other.stderr


def test_a_second_demo_adds_nothing_and_shows_the_same_table(
    served: Command, again: subprocess.CompletedProcess[str]
) -> None:
    assert again.returncode == 0, again.stdout + again.stderr
    assert re.search(r"^records: 0 taken, [\d,]+ known before, 0 refused", again.stdout, re.MULTILINE)
    assert table(again.stdout) == table(served.output)
    assert re.findall(QUESTIONS, again.stdout, re.MULTILINE) == re.findall(
        QUESTIONS, served.output, re.MULTILINE
    )


def test_the_demo_is_pinned_to_its_last_day(again: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert f"Today is pinned to {last_day()}" in again.stdout
    assert nothing_runs(folder)
