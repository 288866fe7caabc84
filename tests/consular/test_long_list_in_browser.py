"""The page of a long list as a file in Chromium: it follows the rows, and leads to the file without being opened again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import expect

from chassis.base.settings import Settings
from chassis.exports import lists
from chassis.exports.jobs import ExportJobs
from chassis.exports.requests import ExportJob
from services.consular.main import service
from services.consular.pages import NAV
from tests.browser import desk, no_barrier, served
from tests.consular.mission import People, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")
QUEUE = "/consular/pages/cases"
TEXTS = {
    "en": ("Rows written: 2 of about", "The file is made.", "Get the file"),
    "km": ("ជួរដែលបានសរសេរ៖ 2", "ឯកសារត្រូវបានបង្កើតរួចហើយ។", "ទាញយកឯកសារ"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(settings: Settings) -> AsyncIterator[str]:
    async with served(service, settings, NAV, People()) as address:
        yield address


@pytest.mark.parametrize("language", ["en", "km"])
async def test_the_page_follows_the_rows_and_leads_to_the_file(
    url: str, language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lists, "LONG", 2)
    monkeypatch.setattr(lists, "MOST", 2)
    go_on, add, since = asyncio.Event(), ExportJobs.add, datetime.now(UTC)

    async def waits(jobs: ExportJobs, job: ExportJob, number: int, content: bytes, rows_done: int) -> None:
        await add(jobs, job, number, content, rows_done)
        if job.asked_at >= since:  # files of other tests are made first
            await go_on.wait()

    monkeypatch.setattr(ExportJobs, "add", waits)
    rows, made, fetch = TEXTS[language]
    async with desk(url, "attache", 360, 800) as page:
        async with httpx2.AsyncClient(base_url=f"{url}/consular") as http:
            for _ in range(3):
                await opened(http)
        await page.goto(f"/language/{language}?next={QUEUE}")
        await page.click("p.downloads a >> nth=0")
        await expect(page.locator("#file [role=status]")).to_contain_text(rows, timeout=60_000)
        await no_barrier(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.focus("#cancel")
        go_on.set()
        await expect(page.locator("#file [role=status]")).to_contain_text(made)
        await expect(page.locator("#fetch")).to_be_focused()
        await no_barrier(page)
        async with page.expect_download() as download:
            await page.get_by_role("link", name=fetch).click()
        file = await download.value
        assert file.suggested_filename.endswith(".csv")
        await file.save_as(tmp_path / "file.csv")
        assert (tmp_path / "file.csv").read_bytes().startswith(b"\xef\xbb\xbf")
