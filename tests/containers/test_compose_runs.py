"""The compose file, started: the demo, a browser, and a broker and services that are killed meanwhile."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest
from playwright.sync_api import expect, sync_playwright

from chassis.access.sessions import SESSION_COOKIE
from domnaer.demo import table
from domnaer.demo.accounts import LOADER
from domnaer.demo.loading import load
from tests.browser import OPTIONS
from tests.containers.stack import Stack, run_stack, until
from tests.deploy.compose import service_folders
from tests.system.journey import Traveller, crossing
from tests.system.running_system import EVERYTHING

pytestmark = pytest.mark.timeout(900)
SCALE = 1_000


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every container of the compose file, healthy."""
    with run_stack(tmp_path_factory.mktemp("compose")) as running:
        yield running


def send(stack: Stack, body: dict[str, object], key: str) -> None:
    """Send a command as a device does: with the same key until it is recorded."""

    def recorded() -> bool:
        try:
            answer = stack.http.post("/border/crossings", json=body, headers=stack.headers(EVERYTHING, key))
        except httpx2.TransportError:
            return False
        assert answer.status_code in (200, 201) or answer.status_code >= 500, answer.text
        return answer.status_code in (200, 201)

    until(recorded, 120)


def test_only_the_gateway_answers_and_it_routes_to_every_service(stack: Stack) -> None:
    assert stack.http.get("/health").status_code == 200
    assert stack.http.get("/metrics").status_code == 404
    assert stack.http.get("/border/metrics").status_code == 404
    for service in service_folders():
        assert stack.http.get(f"/{service}/health/ready").status_code == 200
        assert stack.http.get(f"/{service}/openapi.json").status_code == 200
    assert stack.http.get("/border/crossings").status_code == 401


def test_the_demo_is_loaded_while_the_broker_and_the_registry_are_killed(stack: Stack) -> None:
    work, answer = load(SCALE), None
    rows = 0
    result = None
    killed = False
    while result is None:
        message = work.send(answer)
        answer = None
        if "loaded" in message:
            result = message
        elif message.get("ask") == "where":
            answer = {"url": stack.url, "token": stack.people.token(LOADER)}
        elif message.get("ask") == "wait":
            stack.settle()
            answer = {}
        elif "rows" in message:
            rows = message["rows"]
            if rows and not killed:
                stack.crash("kafka")
                stack.crash("registry")
                killed = True
    stack.settle()
    assert killed and stack.restarts("kafka") == 1 and stack.restarts("registry") == 1
    for service in ("kafka", "registry", *service_folders()):
        until(lambda service=service: stack.is_healthy(service), 120)
    assert result["refusals"] == [] and result["loaded"]["refused"] == 0 and result["loaded"]["taken"] > 0
    loaded = {(destination, year, sex): count for destination, year, sex, count in result["departures"]}

    def differences() -> list[str]:
        answered = stack.http.get("/registry/figures/departures", headers=stack.headers(LOADER))
        assert answered.status_code == 200, answered.text
        counted = {(row["destination"], row["year"], row["sex"]): row["workers"] for row in answered.json()}
        return [each for line in table.lines(SCALE, loaded, counted) for each in line.differences()]

    # A reader that has not reached the broker again since it was killed does not know yet how far it is behind.
    with contextlib.suppress(AssertionError):
        until(lambda: not differences(), 120)
    assert differences() == []


def test_a_service_killed_under_commands_records_each_of_them_once(stack: Stack) -> None:
    before = stack.restarts("border")
    travellers = [Traveller("HENG DARA", "ហេង ដារ៉ា") for _ in range(40)]
    killer = threading.Timer(1.0, stack.crash, ("border",))
    killer.start()
    for traveller in travellers:
        send(stack, crossing("departure", traveller.given()), str(uuid4()))
        time.sleep(0.05)
    killer.join()
    until(lambda: stack.restarts("border") == before + 1 and stack.is_healthy("border"), 120)
    stack.settle()
    for traveller in travellers:
        asked = {"document": {"number": traveller.passport}}
        found = stack.http.post(
            "/registry/workers/search", json=asked, headers=stack.headers(EVERYTHING)
        ).json()["workers"]
        assert len(found) == 1
        worker = stack.http.get(
            f"/registry/workers/{found[0]['number']}/timeline", headers=stack.headers(EVERYTHING)
        )
        assert worker.status_code == 200, worker.text
        assert len(worker.json()["entries"]) == 1, worker.text


def test_a_worker_is_found_in_a_browser_and_a_new_record_appears_through_the_gateway(stack: Stack) -> None:
    traveller = Traveller("OUM SREYNEANG", "អ៊ុំ ស្រីនាង")
    send(stack, crossing("departure", traveller.given()), str(uuid4()))
    stack.settle()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**OPTIONS)
        context = browser.new_context(base_url=stack.url, locale="en")
        token = stack.people.token("registrar")
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": stack.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto("/")
        page.get_by_label("Number, document, name or phone").fill(traveller.passport)
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(traveller.khmer, timeout=20_000)
        expect(page.get_by_text("Abroad in Thailand")).to_be_visible()
        page.wait_for_timeout(1_000)  # the page listens by now
        back = crossing("return", traveller.given(), occurred_at="2014-09-12T09:00:00+07:00")
        send(stack, back, str(uuid4()))
        expect(page.get_by_role("row", name="Came back from Thailand")).to_be_visible(timeout=60_000)
        browser.close()
