"""The browser of an offline booth: it enrols, captures, seals, signs and uploads as its script does with WebCrypto."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import orjson
from joserfc import jwe, jws
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.access.permissions import Caller
from chassis.access.sessions import SESSION_COOKIE
from chassis.base.ids import new_id
from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.pages.rendering import add_pages
from chassis.service import Role, RunningService
from services.border.main import service
from services.border.offline.sealing import add_sealing_key
from services.border.pages import NAV
from tests.border.post import PEOPLE, caller, person
from tests.signed_in import SERVICES, just_issued

REGISTER = "border.device.register"
RECORD = "border.crossing.record"


class OfflinePeople:
    """A test double of the issuer: the token is the id of the person; one of them registers devices."""

    known = PEOPLE | {
        "post-chief": caller("post-chief", REGISTER, RECORD, posts=frozenset(["KH-POI"])),
        "chief-of-bavet": caller("chief-of-bavet", REGISTER, posts=frozenset(["KH-BVT"])),
    }

    def caller(self, token: str) -> Caller:
        return self.known[token]


@dataclass(frozen=True)
class OfflinePost:
    """The border service with its pages and sealing keys."""

    http: httpx2.AsyncClient
    runtime: Runtime
    keys: Path
    running: RunningService | None = None

    def cookie(self, who: str) -> dict[str, str]:
        return {"Cookie": f"{SESSION_COOKIE}={who}"}

    async def session(self, who: str) -> dict[str, Any]:
        answer = await self.http.get("/border/pages/offline/session", headers=self.cookie(who))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def script(self, path: str, body: Any, who: str = "poipet", **headers: str) -> httpx2.Response:
        """Send JSON as the script of a page does."""
        token = (await self.session(who))["form_token"]
        sent = {**self.cookie(who), "X-CSRF-Token": token, **headers}
        return await self.http.post(f"/border/pages/offline/{path}", json=body, headers=sent)

    async def code_for(self, device: str, who: str = "post-chief", post: str = "KH-POI") -> str:
        """Register a device, or make a new code, as the page does; return the code that it shows."""
        csrf = await self.form_token(who)
        answer = await self.http.post(
            "/border/pages/devices",
            data={"csrf": csrf, "post": post, "device": device, "key": str(uuid4())},
            headers=self.cookie(who),
        )
        assert answer.status_code == 200, answer.text
        return answer.text.partition('class="code">')[2].partition("<")[0]

    async def form_token(self, who: str) -> str:
        page = await self.http.get("/border/pages/devices", headers=self.cookie(who))
        assert page.status_code == 200, page.text
        return page.text.partition('name="csrf" value="')[2].partition('"')[0]

    async def enrolled(self, device: str | None = None, who: str = "poipet") -> Booth:
        """Return a booth that was registered and enrolled, with a grant."""
        name = device or f"booth-{uuid4().hex[:8]}"
        booth = Booth(self, name)
        answer = await self.script(
            "enrolment", {"code": await self.code_for(name), "public_key": booth.public}, who
        )
        assert answer.status_code == 201, answer.text
        assert answer.json() == {"device": name, "post": "KH-POI", "post_name": "Poipet"}
        await booth.take_grant(who)
        return booth

    async def crossing(self, crossing_id: str | UUID) -> Any:
        """Return the one event of a crossing."""
        (event,) = await self.runtime.store.load(f"crossing-{crossing_id}")
        return event

    async def audited(self, action: str) -> list[dict[str, Any]]:
        """Return the details of the audit entries of an action."""
        rows = await self.runtime.pool.fetch(
            "SELECT caller, detail FROM audit WHERE action = $1 ORDER BY entry_id", action
        )
        return [{"caller": row["caller"], **orjson.loads(row["detail"])} for row in rows]


@dataclass
class Booth:
    """A browser with its device key, and an officer's grant."""

    post: OfflinePost
    device: str
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    grant: str = ""
    error: timedelta = timedelta()
    """The error of its clock: added to a time of the device it gives the right one."""
    seq: int = 0

    @property
    def public(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))

    @property
    def clock(self) -> datetime:
        return datetime.now(UTC) - self.error

    async def take_grant(self, who: str = "poipet") -> None:
        answer = await self.post.script("grants", {"device": self.device}, who)
        assert answer.status_code == 201, answer.text
        self.grant = answer.json()["grant"]

    async def capture(self, *, sealed_to: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """Capture a departure and return its entry in the outbox. ``changes`` are fields of the sealed content."""
        self.seq += 1
        captured_at = self.clock.isoformat()
        content = {
            "id": str(new_id()),
            "seq": self.seq,
            "captured_at": captured_at,
            "grant": self.grant,
            "command": departing(captured_at),
        } | changes
        public = sealed_to or (await self.post.http.get("/border/pages/offline/key")).json()
        return {"id": content["id"], "seq": content["seq"], "sealed": sealed(content, public)}

    def signature(self, content: bytes, key: ECKey | None = None, device: str | None = None) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        payload = {"digest": digest, "iat": int(self.clock.timestamp()), "jti": str(uuid4())}
        header = {"alg": "ES256", "kid": device or self.device}
        return jws.serialize_compact(header, orjson.dumps(payload), key or self.key, algorithms=["ES256"])

    def body(self, records: Sequence[dict[str, Any]], **other: Any) -> bytes:
        return orjson.dumps(
            {"device": self.device, "device_clock": self.clock.isoformat(), "records": list(records), **other}
        )

    async def send(self, content: bytes, signature: str | None = None, **headers: str) -> httpx2.Response:
        """Send a body without a session or a token."""
        sent = {
            "Content-Type": "application/json",
            "Device-Signature": self.signature(content) if signature is None else signature,
        }
        return await self.post.http.post("/border/offline/records", content=content, headers=sent | headers)

    async def upload(self, *records: dict[str, Any]) -> dict[str, Any]:
        answer = await self.send(self.body(records))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def export(self, *records: dict[str, Any], **other: Any) -> bytes:
        """Return the file that the browser saves."""
        body = self.body(records, **other)
        return orjson.dumps({"body": body.decode(), "signature": self.signature(body)})


def departing(at: str, **other: Any) -> dict[str, Any]:
    usual = {
        "kind": "departure",
        "occurred_at": at,
        "checkpoint": "KH-POI",
        "destination": "THA",
        "person": person(),
    }
    return usual | other


def sealed(content: Any, public: dict[str, Any]) -> str:
    """Seal a content to a public key."""
    kind = RSAKey if public["kty"] == "RSA" else ECKey
    header = {"alg": public["alg"], "enc": "A256GCM", "kid": public["kid"]}
    return jwe.encrypt_compact(
        header, orjson.dumps(content), kind.import_key(public), algorithms=[public["alg"], "A256GCM"]
    )


@asynccontextmanager
async def running_offline_post(settings: Settings, folder: Path) -> AsyncIterator[OfflinePost]:
    """Run the border service with its pages and a sealing key of its own."""
    keys = folder / "sealing-keys.json"
    if not keys.exists():
        add_sealing_key(keys)
    with_keys = settings.model_copy(update={"sealing_keys": keys})
    async with RunningService(service, with_keys, Role.API) as running:
        running.app.state.tokens = just_issued(OfflinePeople())
        add_pages(running.app, with_keys, [SERVICES / "border" / "templates"], NAV)
        transport = httpx2.ASGITransport(Starlette(routes=[Mount("/border", running.app)]))
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://border.example", timeout=60
        ) as http:
            yield OfflinePost(http, running.runtime, keys, running)
