"""The texts of refusals, for translators: titles, details and remedies as the sources write them.

A refusal states its texts in English, for programs too. Pages show them in the language of the reader
(chassis.pages.refusal_texts), so the catalogues have all of them: the docstring of each refusal; what is passed to it as detail
and remedy; and what validators raise as ValueError, a reason and a remedy separated by a semicolon. A value in a text becomes a
placeholder that is named after its expression.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import chassis
import contracts
import domnaer.local
import services
from chassis.access.refusals import CallRefused, SignInNeeded
from chassis.http.problems import HTTP_TITLES, title_of
from chassis.pages.error_texts import for_officers, is_replaced
from chassis.pages.refusal_texts import PLACEHOLDER
from contracts.refusal import Refusal
from domnaer.publishing.paths import ROOT

_PACKAGES: tuple[ModuleType, ...] = (chassis, contracts, domnaer.local, services)
_VALIDATORS = ("contracts/", "services/")
_FOR_PROGRAMS = (
    "chassis/access/tokens.py",
    "chassis/commands/routes.py",
    "contracts/catalogue.py",
    "contracts/command.py",
)
"""Files whose refusals no page shows: of tokens, and of the queries of an API."""
_WITH_DETAIL = ("HTTPException", "unavailable")
"""Functions that make a problem without a Refusal class; their second argument is the detail."""
_TEXTS = ("detail", "remedy", "reason")
_WORD = re.compile(r"[a-z]{2,}")
Text = tuple[str, str]
"""The file that contains a text, and the text."""


def refusal_texts() -> Iterator[Text]:
    """Yield the texts of refusals that a page can show."""
    kinds = _refusals()
    for kind in kinds:
        yield kind.__module__.replace(".", "/") + ".py", title_of(kind)
    for _, title, remedy in HTTP_TITLES.values():
        yield "chassis/http/problems.py", title
        if remedy is not None and for_officers(remedy):
            yield "chassis/http/problems.py", remedy
    shown = {kind.__name__ for kind in kinds if not is_replaced(kind) and not _for_programs(kind)}
    for package in _PACKAGES:
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            if file in _FOR_PROGRAMS:
                continue
            for text in _texts_of(ast.parse(path.read_text(encoding="utf-8")), shown, file):
                fixed = PLACEHOLDER.sub("", text)
                if for_officers(fixed) and _WORD.search(fixed):
                    yield file, text


def _refusals() -> list[type[Refusal]]:
    """Return all refusals; importing a module defines those in it."""
    for package in _PACKAGES:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)
    kinds, waiting = set[type[Refusal]](), list[type[Refusal]](Refusal.__subclasses__())
    while waiting:
        kind = waiting.pop()
        kinds.add(kind)
        waiting += kind.__subclasses__()
    known = tuple(package.__name__ + "." for package in _PACKAGES)
    return sorted(
        (kind for kind in kinds if kind.__module__.startswith(known)),
        key=lambda kind: (kind.__module__, kind.__name__),
    )


def _for_programs(kind: type[Refusal]) -> bool:
    """Return whether only a program is refused so: a browser without a valid session is sent to the sign-in."""
    return issubclass(kind, SignInNeeded) or (issubclass(kind, CallRefused) and kind.status == 401)


def _texts_of(module: ast.Module, refusals: set[str], file: str) -> Iterator[str]:
    named = _named_texts(module)
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and node.name in refusals:
            calls = [
                each for each in ast.walk(node) if isinstance(each, ast.Call) and _called(each) == "__init__"
            ]
        elif isinstance(node, ast.Call) and _called(node) in refusals | {"FieldError"}:
            calls = [node]
        elif isinstance(node, ast.Call) and _called(node) == "ValueError" and file.startswith(_VALIDATORS):
            for text in _written(node.args[:1], named):
                yield from text.split("; ", 1)
            continue
        elif isinstance(node, ast.Call) and _called(node) in _WITH_DETAIL:
            yield from _written(node.args[1:2], named)
            continue
        else:
            continue
        for call in calls:
            stated = [each.value for each in call.keywords if each.arg in _TEXTS]
            yield from _written([*call.args[:1], *stated], named)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _named_texts(module: ast.Module) -> dict[str, list[ast.expr]]:
    """Return the texts that a module gives a name, by this name."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def _written(stated: Sequence[ast.expr], named: dict[str, list[ast.expr]]) -> Iterator[str]:
    """Yield the texts that expressions can have."""
    for each in stated:
        match each:
            case ast.Constant(value=str() as text):
                yield text
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                yield _with_placeholders(each, named)
            case ast.IfExp(body=one, orelse=other):
                yield from _written([one, other], named)
            case ast.Name(id=name):
                known = named.get(name, ())
                yield from _written(
                    [one for one in known if isinstance(one, ast.Constant | ast.JoinedStr)], named
                )


def _with_placeholders(text: ast.expr, named: dict[str, list[ast.expr]]) -> str:
    names: list[str] = []
    written = ""
    for part in _parts(text, named):
        if isinstance(part, str):
            written += part.replace("%", "%%")
            continue
        name = _name_of(part).strip("_").lower()
        names.append(name)
        nth = names.count(name)
        written += f"%({name}{nth if nth > 1 else ''})s"
    return written


def _name_of(value: ast.expr) -> str:
    """Return the name of a value in a text: that of its attribute or variable, or of what a function is called with."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(args=[*_, last]):
            return _name_of(last)
        case ast.Call(func=called) | ast.Subscript(value=called):
            return _name_of(called)
    return "value"


def _parts(text: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[str | ast.expr]:
    """Yield the fixed texts and the expressions of a text; a named constant is a fixed text."""
    match text:
        case ast.Constant(value=str() as fixed):
            yield fixed
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _parts(part, named)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _parts(left, named)
            yield from _parts(right, named)
        case ast.FormattedValue(value=value, format_spec=form):
            yield from _parts(value, named) if form is None else [value]
        case ast.Name(id=name) if len(named.get(name, ())) == 1 and isinstance(named[name][0], ast.Constant):
            value = named[name][0]
            assert isinstance(value, ast.Constant)
            yield str(value.value)
        case _:
            yield text


__all__ = ["Text", "refusal_texts"]
