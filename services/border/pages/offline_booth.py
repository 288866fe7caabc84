"""The offline booth: the page that works for days without a network, its files, its service worker and its manifest.

The page is the same for everybody and holds no personal data, so that the service worker can keep it. What it asks of the
server is in services/border/pages/offline.py; what is captured is in services/border/static.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

import orjson
from babel import Locale
from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import FileResponse, RedirectResponse

from chassis.access.permissions import Everyone
from chassis.access.sessions import IDLE_SECONDS
from chassis.pages.rendering import LANGUAGE_OF_ADDRESS, LANGUAGES, STATIC, language_of, pages_of
from chassis.pages.typed import MONTH_NAMES
from contracts.codes.issuers import OTHER_ISSUERS
from contracts.codes.places import CHECKPOINTS, HOME
from contracts.refusal import Refusal
from services.border.pages.crossing_form import Family, Kept, choices_everywhere
from services.border.wording import DIRECTIONS, WRONG

PAGE = "/border/pages/offline"
_FOLDER = Path(__file__).parents[1] / "static"
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
_SHARED = (
    "domnaer.css",
    "booth.css",
    *sorted(f"fonts/{path.name}" for path in (STATIC / "fonts").glob("*.woff2")),
)
"""The files of all pages that this page needs."""
_ICONS = (("icon.svg", "any"), ("icon-192.png", "192x192"), ("icon-512.png", "512x512"))
_ISSUERS = " ".join((HOME, "D", *OTHER_ISSUERS))
_ABROAD = " ".join(
    f"{post.code}={post.opposite_country}" for post in CHECKPOINTS.values() if post.opposite_country
)
_FROM_NOBODY = Depends(Everyone("a page and its files without personal data, the same for everybody"))

router = APIRouter(dependencies=[_FROM_NOBODY])


class NoSuchFile(Refusal):
    """There is no such file"""

    code = "no-such-file"
    status = 404


@router.get("/offline", name="offline_booth")
async def offline_booth(request: Request) -> Response:
    """Redirect to the page in the reader's language; without a network the service worker does that."""
    return RedirectResponse(f"{PAGE}/{language_of(request)}", 303, {"Vary": "Cookie, Accept-Language"})


def _page(request: Request, language: str) -> Response:
    """Render the offline booth in a language."""
    request.scope[LANGUAGE_OF_ADDRESS] = language
    return pages_of(request).render(
        request,
        "offline_booth.html",
        page=PAGE,
        kept=Kept(by=""),
        family=Family(),
        given={},
        errors=(),
        directions=DIRECTIONS,
        **choices_everywhere(),
        months="|".join(f"{name}={month}" for name, month in MONTH_NAMES.items()),
        month_names=[*Locale.parse(language).months["format"]["abbreviated"].values()],
        issuers=_ISSUERS,
        abroad=_ABROAD,
        wrong=WRONG,
        idle=IDLE_SECONDS,
    )


@router.get("/offline/en", name="offline_booth_in_english")
async def in_english(request: Request) -> Response:
    """Show the offline booth in English."""
    return _page(request, "en")


@router.get("/offline/km", name="offline_booth_in_khmer")
async def in_khmer(request: Request) -> Response:
    """Show the offline booth in Khmer."""
    return _page(request, "km")


@router.get("/offline/files/{name}", name="offline_booth_file")
async def file(name: str) -> Response:
    """Return a module or an icon of the offline booth. Raises NoSuchFile."""
    if name not in _files():
        raise NoSuchFile("the offline booth has no file of this name", remedy="open the page again")
    path = _FOLDER / name
    return FileResponse(path, media_type=_TYPES[path.suffix], headers={"cache-control": "no-cache"})


@router.get("/sw.js", name="offline_service_worker")
async def service_worker(request: Request) -> Response:
    """Return the service worker: the files that it keeps with their digests, and a version that changes with any of them.

    While servers of two versions answer, a file of the other version does not have its digest: the installation fails as a
    whole, and the browser tries it again later.
    """
    kept = _kept(request)
    version = hashlib.sha256(orjson.dumps(kept) + (_FOLDER / "sw.js").read_bytes()).hexdigest()[:16]
    begin = (
        f"const VERSION = {orjson.dumps(version).decode()};\nconst FILES = {orjson.dumps(kept).decode()};\n"
    )
    return Response(
        begin + (_FOLDER / "sw.js").read_text(encoding="utf-8"),
        media_type="text/javascript",
        headers={"cache-control": "no-cache"},
    )


@router.get("/manifest.webmanifest", name="offline_manifest")
async def manifest() -> Response:
    """Return the manifest, by which a browser offers to install the offline booth."""
    return Response(_manifest(), media_type="application/manifest+json")


def _manifest() -> bytes:
    content = {
        "id": PAGE,
        "name": "Domnaer · ដំណើរ",
        "short_name": "ដំណើរ",
        "start_url": PAGE,
        "scope": PAGE,
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#1c2126",
        "icons": [
            {"src": f"{PAGE}/files/{name}", "sizes": sizes, "type": _TYPES[Path(name).suffix]}
            for name, sizes in _ICONS
        ],
    }
    return orjson.dumps(content)


@cache
def _files() -> tuple[str, ...]:
    return tuple(sorted(path.name for path in _FOLDER.iterdir() if path.suffix in _TYPES))


def _kept(request: Request) -> dict[str, str]:
    """Return the addresses that the service worker keeps, each with the digest of its content (Subresource Integrity)."""
    kept = {f"{PAGE}/{each}": bytes(_page(request, each).body) for each in LANGUAGES}
    kept |= {f"{PAGE}/files/{name}": (_FOLDER / name).read_bytes() for name in _files() if name != "sw.js"}
    kept |= {f"/static/{name}": (STATIC / name).read_bytes() for name in _SHARED}
    kept["/border/pages/manifest.webmanifest"] = _manifest()
    return {path: _integrity(content) for path, content in kept.items()}


def _integrity(content: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
