"""The sheets that an office loaded: the same sheet again, mended, or with further rows, or another one.

Rows that name nobody are rows of their sheet, so that the five unknown men on one sheet are not five of the seven on the next.
A file is an earlier sheet if it has the same rows, or at least half of the rows by which that sheet can be recognised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from chassis.commands.runtime import Runtime
from chassis.uploads.counts import UploadJob

_SAME = "SELECT sheet, loaded_at FROM uploads WHERE office = $1 AND path = $2 AND digest = $3 ORDER BY loaded_at LIMIT 1"
_WITH_ROWS = (
    "SELECT upload_id, sheet, sum(recognisable) OVER (PARTITION BY sheet) AS recognisable FROM uploads"
    " WHERE office = $1 AND path = $2 AND sheet IN (SELECT sheet FROM uploads WHERE upload_id = ANY($3::uuid[]))"
)
_NOTE = (
    "INSERT INTO uploads (upload_id, office, path, sheet, digest, recognisable, utc_offset)"
    " SELECT u, $1, $2, $3, $4, n, $7 FROM unnest($5::uuid[], $6::integer[]) AS noted(u, n) ON CONFLICT DO NOTHING"
)
_INTERRUPTED = 100
"""Uploads of which one file has rows and that may have been interrupted; each try of a file is one."""


class Sheets:
    """Finds the sheet of one upload among those that its office loaded at the same path, and notes the upload."""

    def __init__(self, runtime: Runtime, job: UploadJob) -> None:
        self._pool, self._job = runtime.pool, job
        self._of = (job.caller.office, job.path)
        self._sheet: UUID | None = None
        self._recognisable = 0

    async def find(self, digest: UUID, known: Mapping[UUID, int], taken: int) -> UUID:
        """Return the id of the sheet; the same for the whole upload.

        ``known`` counts the known rows by the upload that recorded them, ``taken`` is the number of rows recorded now: these
        rows name somebody or state their id, so that the sheet can be recognised by them.
        """
        if self._sheet is None:
            self._recognisable = taken
            same = await self._pool.fetchrow(_SAME, *self._of, digest)
            self._sheet = same["sheet"] if same is not None else await self._with_rows(known) or digest
        return self._sheet

    async def note(self, digest: UUID, known: Counter[UUID]) -> datetime | None:
        """Note the upload; return when its office first loaded the same rows, if it did. A dry run is not noted.

        Earlier tries that were interrupted were not noted: the known rows that they recorded are rows of this sheet.
        """
        same = await self._pool.fetchrow(_SAME, *self._of, digest)
        if not self._job.dry_run:
            noted = {self._job.upload_id: self._recognisable} | dict(known.most_common(_INTERRUPTED))
            rows = [*noted], [*noted.values()]
            await self._pool.execute(_NOTE, *self._of, self._sheet, digest, *rows, self._job.utc_offset)
        return None if same is None else same["loaded_at"]

    async def _with_rows(self, known: Mapping[UUID, int]) -> UUID | None:
        if not known:
            return None
        found = await self._pool.fetch(_WITH_ROWS, *self._of, list(known))
        needed = {row["sheet"]: row["recognisable"] / 2 for row in found}
        here: Counter[UUID] = Counter()
        for row in found:
            here[row["sheet"]] += known.get(row["upload_id"], 0)
        return next((sheet for sheet, count in here.most_common() if count >= needed[sheet]), None)
