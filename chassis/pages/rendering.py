"""Rendering of HTML pages with Jinja, in the language of the reader.

The templates of a service are in ``services/<name>/templates`` and extend ``base.html``. They put every text into
``_("...")`` and every date and number through a filter defined here.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from chassis.access.csrf import FORM_FIELD, SAFE_METHODS, form_token
from chassis.access.permissions import Caller
from chassis.access.sessions import SESSION_COOKIE, local_url, session_id
from chassis.base.settings import Environment as Installation
from chassis.base.settings import Settings
from chassis.http.problems import Problem
from chassis.pages.error_texts import page_problem
from chassis.store.persons import masked
from contracts.times import PHNOM_PENH, day_of

LANGUAGE_COOKIE = "domnaer_language"
LANGUAGES: Mapping[str, str] = {"en": "English", "km": "ខ្មែរ"}
_HERE = Path(str(files("chassis.pages")))


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link in the header of every page; with ``permission`` it is shown only to callers who have it."""

    path: str
    title: str
    permission: str | None = None


class Pages:
    """Renders the pages of an application.

    ``folders`` contain the services' templates, which are found before those of the chassis. The titles of ``nav`` are
    message ids.
    """

    def __init__(self, settings: Settings, folders: Sequence[Path] = (), nav: Sequence[NavItem] = ()) -> None:
        self.settings = settings
        self.nav = tuple(nav)
        self._folders = [str(folder) for folder in (*folders, _HERE / "templates")]
        self._environments: dict[str, Environment] = {}

    def add_folder(self, folder: Path) -> None:
        """Add a folder of templates; call this before the first page is rendered."""
        self._folders.insert(0, str(folder))

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """Render a page. Its context has ``caller``, ``csrf``, ``nav``, ``language``, ``here``, ``_`` and ``context``.

        ``here`` is the URL of the page; pass it if the page is the response to a form.
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
                    "signed_in": SESSION_COOKIE in request.cookies,
                    "demo": self.settings.environment is Installation.EMBEDDED,
                    **context,
                }
            )
        )
        return HTMLResponse(
            html, status, headers={"Content-Language": language, "Vary": "Cookie, Accept-Language"}
        )

    def problem(self, request: Request, problem: Problem) -> Response:
        """Render a problem as a page, in words for an officer."""
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


class _Static(StaticFiles):
    """Static files, which a browser may cache for an hour: they contain no personal data."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return the file with a cache header."""
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=3600"
        return response


def add_pages(
    app: FastAPI, settings: Settings, folders: Sequence[Path] = (), nav: Sequence[NavItem] = ()
) -> Pages:
    """Add pages to an application: rendering, problems as pages, static files, the language switch."""
    pages = Pages(settings, folders, nav)
    app.state.pages = pages
    app.mount("/static", _Static(directory=_HERE / "static"), name="static")
    app.router.routes.append(Route("/language/{language}", choose_language, methods=["GET"]))
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


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query and request.method in SAFE_METHODS else "")


def language_of(request: Request) -> str:
    """Return the language of a page: the chosen one, else the first that the browser accepts, else English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = [
        part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")[:20]
    ]
    return next((tag[:2].lower() for tag in wanted if tag[:2].lower() in LANGUAGES), "en")


@cache
def translations(language: str) -> NullTranslations:
    """Return the translations of a language; messages without a translation stay English."""
    catalogue = _HERE / "locale" / language / "LC_MESSAGES" / "messages.po"
    if not catalogue.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with catalogue.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


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
    environment.filters.update(_filters(Locale.parse(language), translations(language).gettext))
    environment.globals["csrf_field"] = csrf_field
    return environment


def csrf_field(token: str) -> Markup:
    """Return the hidden field with the form token, for every form: ``{{ csrf_field(csrf) }}``."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, token)


def _filters(locale: Locale, translate: Callable[[str], str]) -> dict[str, Callable[..., Any]]:
    def day(value: date | datetime) -> str:
        """Format a day in Asia/Phnom_Penh as 12 Jan 2017."""
        if isinstance(value, datetime):
            value = day_of(value)
        return dates.format_date(value, "d MMM y", locale=locale)

    def moment(value: datetime) -> str:
        """Format a time as 12 Jan 2017, 08:30."""
        try:
            return dates.format_datetime(value, "d MMM y, HH:mm", tzinfo=PHNOM_PENH, locale=locale)
        except OverflowError:  # at the ends of the calendar
            return day(value)

    def count(value: int | float | Decimal) -> str:
        """Format a number as 1,234."""
        return numbers.format_decimal(value, locale=locale)

    def money(value: int | float | Decimal, currency: str) -> str:
        """Format an amount with its currency code, as THB 310.00."""
        return f"{currency} {numbers.format_decimal(value, '#,##0.00', locale=locale)}"

    def sentence(text: str) -> str:
        """Return text as a sentence, with a capital letter and a full stop."""
        return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "។")) else ".")

    def titled(codes: Iterable[Any]) -> list[tuple[Any, str]]:
        """Return codes with their titles, as choices of a form: members of a code list, or rows with a code."""
        return [
            (each.value if isinstance(each, Enum) else each.code, translate(each.title_en)) for each in codes
        ]

    def named(titles: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return codes with their titles, from a mapping."""
        return [(code, translate(title)) for code, title in titles.items()]

    def places(names: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
        """Return codes of places with their names in the page's language."""
        return [
            (code, khmer if locale.language == "km" else english) for code, (english, khmer) in names.items()
        ]

    return {
        "sentence": sentence,
        "day": day,
        "moment": moment,
        "count_of": count,
        "money": money,
        "masked": masked,
        "titled": titled,
        "named": named,
        "places": places,
    }


def _shown(item: NavItem, caller: Caller | None) -> bool:
    return caller is not None and (item.permission is None or caller.may(item.permission))
