"""Rendering of HTML pages with Jinja, in the language of the reader.

The templates of a service are in ``services/<name>/templates`` and extend ``base.html``. They put every text into
``_("...")`` and every date and number through a filter defined here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel import Locale
from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from chassis.access.csrf import FORM_FIELD, SAFE_METHODS, check_form, form_token
from chassis.access.permissions import Caller, SignInFirst, page_caller
from chassis.access.places import place_of
from chassis.access.sessions import (
    IDLE_SECONDS,
    SESSION_COOKIE,
    WARNING_SECONDS,
    is_activity,
    local_url,
    note_activity,
    seconds_left,
    session_id,
    typed_key,
)
from chassis.base.settings import Environment as Installation
from chassis.base.settings import Settings
from chassis.http.problems import Problem
from chassis.pages.catalogues import refusal_texts, translations
from chassis.pages.cell_labels import label_cells
from chassis.pages.choices import Choices, address_of
from chassis.pages.error_texts import page_problem
from chassis.pages.filters import filters, full_stop
from chassis.store.officers import Officers

LANGUAGE_COOKIE = "domnaer_language"
LANGUAGE_OF_ADDRESS = "domnaer.language"
"""The key of a request's scope in which a route sets the language that its address names."""
LANGUAGES: Mapping[str, str] = {"en": "English", "km": "ខ្មែរ"}
_HERE = Path(str(files("chassis.pages")))
STATIC = _HERE / "static"
"""The folder of the style sheets and scripts of all pages."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link in the header of every page; with ``permission`` it is shown only to callers who have it.

    ``exact`` if the pages below its path have links of their own.
    ``counts`` is the address of the counts on the first page (chassis.pages.home). With ``search``, the label of a text
    field as a message id, the first page has a form that sends a text to search for to ``path``.
    """

    path: str
    title: str
    permission: str | None = None
    exact: bool = False
    counts: str | None = None
    search: str | None = None


class Pages:
    """Renders the pages of an application.

    ``folders`` contain the services' templates, which are found before those of the chassis. The titles of ``nav`` are
    message ids.
    """

    def __init__(self, settings: Settings, folders: Sequence[Path] = (), nav: Sequence[NavItem] = ()) -> None:
        self.settings = settings
        self.nav = tuple(nav)
        self.services: dict[str, str] = {}
        """The titles of all services as message ids, by name."""
        self._folders = [str(folder) for folder in (*folders, _HERE / "templates")]
        self._environments: dict[str, Environment] = {}

    def add_folder(self, folder: Path) -> None:
        """Add a folder of templates; call this before the first page is rendered."""
        self._folders.insert(0, str(folder))

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """Render a page. Its context has ``caller``, ``csrf``, ``nav``, ``language``, ``here``, ``place``, ``may``, ``_`` and ``context``.

        ``here`` is the URL of the page; pass it if the page is the response to a form. A page that a person opens is an
        activity of their session.
        """
        language = language_of(request)
        caller: Caller | None = context.pop("caller", None) or request.scope.get("caller")
        context.setdefault("csrf", form_token(request, session_id(request)))
        html = (
            self.environment(language)
            .get_template(template)
            .render(
                {
                    "caller": caller,
                    "nav": [item for item in self.nav if _shown(item, caller)],
                    "language": language,
                    "languages": LANGUAGES,
                    "path": request.url.path,
                    "here": _here(request),
                    "place": place_of(caller),
                    "may": _nothing if caller is None else caller.may,
                    "officers": officers_of(request),
                    "signed_in": SESSION_COOKIE in request.cookies,
                    "demo": self.settings.environment is Installation.EMBEDDED,
                    "idle_seconds": IDLE_SECONDS,
                    "warning_seconds": WARNING_SECONDS,
                    "typed_key": "" if caller is None else typed_key(request, caller.id),
                    "now": datetime.now(UTC),
                    **context,
                }
            )
        )
        answer = HTMLResponse(
            label_cells(html),
            status,
            headers={"Content-Language": language, "Vary": "Cookie, Accept-Language"},
        )
        if caller is not None and is_activity(request):
            note_activity(request, answer)
        return answer

    def problem(self, request: Request, problem: Problem) -> Response:
        """Render a problem as a page, in words for an officer. Whoever is signed in keeps the header with their lists."""
        if "caller" not in request.scope:
            with contextlib.suppress(SignInFirst):
                page_caller(request)
        return self.render(request, "problem.html", status=problem.status, problem=page_problem(problem))

    def environment(self, language: str) -> Environment:
        """Return the templates of a language, created once."""
        found = self._environments.get(language)
        if found is None:
            found = self._environments[language] = _environment(self._folders, language)
        return found


def pages_of(request: Request) -> Pages:
    """Return the pages of the application that received a request."""
    found: Pages = request.app.state.pages
    return found


def officers_of(request: Request) -> Mapping[str, str]:
    """Return the names of officers by pseudonym, as the service knows them."""
    found: Officers | None = getattr(request.app.state, "officers", None)
    return {} if found is None else found.names


class _Static(StaticFiles):
    """Static files, which a browser may cache: they contain no personal data.

    It asks again after an hour, but never for a font, whose name holds its version.
    """

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        """Return the file with a cache header."""
        response = super().file_response(full_path, *args, **kwargs)
        versioned = str(full_path).endswith(".woff2")
        response.headers["cache-control"] = (
            "public, max-age=31536000, immutable" if versioned else "public, max-age=3600"
        )
        return response


def add_pages(
    app: FastAPI, settings: Settings, folders: Sequence[Path] = (), nav: Sequence[NavItem] = ()
) -> Pages:
    """Add pages to an application: rendering, problems as pages, static files, the language switch, the session's end."""
    pages = Pages(settings, folders, nav)
    app.state.pages = pages
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.router.routes.append(Route("/language/{language}", choose_language, methods=["GET"]))
    app.router.routes.append(Route("/session", session_time, methods=["GET", "POST"]))
    return pages


async def choose_language(request: Request) -> Response:
    """Store the chosen language in a cookie and redirect to the page before."""
    language = request.path_params["language"]
    answer = RedirectResponse(local_url(request.query_params.get("next")), 303)
    if language in LANGUAGES:
        secure = request.url.scheme == "https"
        answer.set_cookie(
            LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax", httponly=True, secure=secure
        )
    return answer


async def session_time(request: Request) -> Response:
    """Return the seconds until the session ends without activity, 0 if there is none. POST is an activity.

    The script of open pages asks. Raises FormTokenMissing for a POST without the form token.
    """
    try:
        caller = page_caller(request)
    except SignInFirst:
        return JSONResponse({"seconds": 0})
    if request.method != "POST":
        return JSONResponse({"seconds": int(seconds_left(request, caller.issued_at))})
    await check_form(request)
    answer = JSONResponse({"seconds": IDLE_SECONDS})
    note_activity(request, answer)
    return answer


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query and request.method in SAFE_METHODS else "")


def language_of(request: Request) -> str:
    """Return the language of a page: that of its address, the chosen one, the first that the browser accepts, else English."""
    chosen = request.scope.get(LANGUAGE_OF_ADDRESS) or request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = [
        part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")[:20]
    ]
    return next((tag[:2].lower() for tag in wanted if tag[:2].lower() in LANGUAGES), "en")


@cache
def choices() -> Choices:
    """Return the long code lists of forms in all languages."""
    return Choices(lambda text, language: translations(language).gettext(text))


def _environment(folders: Sequence[str], language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(list(folders)),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(filters(Locale.parse(language), translations(language).gettext))
    environment.filters["choice_address"] = address_of
    environment.filters["choice_text"] = lambda value, name: choices().text(name, value, language)
    environment.filters["refusal_text"] = refusal_texts(language).text
    environment.filters["in_words"] = refusal_texts(language).values
    environment.globals["full_stop"] = full_stop(language)
    environment.globals["csrf_field"] = csrf_field
    return environment


def csrf_field(token: str) -> Markup:
    """Return the hidden field with the form token, for every form: ``{{ csrf_field(csrf) }}``."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, token)


def _nothing(permission: str) -> bool:
    """Return False: a page without a caller shows no link that needs a permission."""
    return False


def _shown(item: NavItem, caller: Caller | None) -> bool:
    return caller is not None and (item.permission is None or caller.may(item.permission))
