"""Expectations of what callers see of a played life: reading a timeline, seeing a record, a check at a booth."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from tests.lives import mapping
from tests.lives.comparison import as_list, in_words
from tests.lives.installation import Installation
from tests.lives.lives import Life
from tests.lives.notation import NotUnderstood, ShownDocument, as_of
from tests.lives.played import Played

Expected = Mapping[str, Any]


class Visibility:
    """Asks the services as the callers of an expectation."""

    def __init__(self, installation: Installation, life: Life, played: Played) -> None:
        self._installation, self._life, self._played = installation, life, played

    async def reads(self, expected: Expected, number: str | None) -> AsyncIterator[str]:
        """Yield the callers who read a timeline, or do not, other than expected."""
        query = as_of(expected)
        for caller, reads in expected["reads"].items():
            answer = await self._installation.get(f"/registry/workers/{number}/timeline", caller, **query)
            if (answer.status_code == 200) is not reads:
                yield f"{caller} reads the timeline: expected {in_words(reads)}, found {answer.status_code}"

    async def sees(self, expected: Expected, numbers: list[str]) -> AsyncIterator[str]:
        """Yield what callers see of a record, in all that they are answered about the life, other than expected."""
        record = str(expected["record"])
        for caller, sees in expected["sees"].items():
            opened, texts = await self._everything_for(caller, record, numbers)
            recorded_id = str(self._played.id_of(record))
            found = {
                "words": any(
                    str(word).lower() in text.lower() for word in expected.get("words", ()) for text in texts
                ),
                "case": opened or any(recorded_id in text for text in texts),
            }
            found["record"] = found["case"]
            if unknown := sorted(set(sees) - set(found)):
                raise NotUnderstood(f"sees: {', '.join(unknown)} is unknown; known are words, case")
            for name, wanted in sees.items():
                if found[name] is not wanted:
                    yield f"{caller} sees {name} of {record}: expected {in_words(wanted)}, found {in_words(found[name])}"

    async def look(self, expected: Expected) -> AsyncIterator[str]:
        """Yield what an officer learns from a check at a booth other than expected."""
        person = self._played.persons[str(expected.get("of", "A"))]
        document = person.document(ShownDocument(str(expected["by"]), None, {}))
        crossing = next(
            line for line in self._life.lines if line.number > int(expected["after"]) and "post" in line.words
        )
        check = mapping.check_request(document, crossing)
        answer = await self._installation.ask(check.path, check.body, str(expected["look"]))
        head = f"{expected['look']} looks after line {expected['after']}"
        if answer.status_code != 200:
            yield f"{head}: expected an answer, found {answer.status_code} {answer.text[:200]}"
            return
        said, text = mapping.check_words(answer.json()), answer.text
        learnt = {name: value is not None for name, value in said.items()}
        learnt["history"] = any(trace in text for trace in self._traces())
        for name, wanted in [(n, True) for n in as_list(expected.get("learns", []))] + [
            (n, False) for n in as_list(expected.get("learns_not", []))
        ]:
            if name not in learnt:
                raise NotUnderstood(f"a look learns {', '.join(learnt)}, not {name}")
            if learnt[name] is not wanted:
                yield f"{head}: learns {name}: expected {in_words(wanted)}, found {text[:300]}"

    def _traces(self) -> list[str]:
        """Return the days and ids of the records so far, which a post must not learn from a check."""
        days = {f"{line.at:%Y-%m-%d}" for line in self._life.lines if line.number in self._played.events}
        terms = {
            str(terms[name]) for terms in self._played.terms.values() for name in ("starts_on", "ends_on")
        }
        employers = {str(self._played.persons.id_of(name)) for name in self._played.employers.values()}
        events = {event for events in self._played.events.values() for event in events}
        return sorted(days | terms | employers | events | {str(each) for each in self._played.ids.values()})

    async def _everything_for(self, caller: str, record: str, numbers: list[str]) -> tuple[bool, list[str]]:
        """Return whether a caller can open a record, and the texts of all that the caller is answered about the life."""
        ask = self._installation
        own = [await ask.get(path, caller) for path in mapping.record_routes(record, self._played)]
        pages = [await ask.page(path, caller) for path in mapping.record_pages(record, self._played)]
        opened = any(answer.status_code == 200 for answer in own)
        texts = [answer.text for answer in own + pages if answer.status_code == 200]
        for number in numbers:
            for path in mapping.worker_routes(number):
                texts.append((await ask.get(path, caller)).text)
            texts += [(await ask.page(path, caller)).text for path in mapping.worker_pages(number)]
        for document in self._played.documents:
            asked = {"document": mapping.document_asked(document)}
            texts.append((await ask.ask("/registry/workers/search", asked, caller)).text)
        for other in self._played.ids:
            if other != record:
                texts += [
                    (await ask.get(path, caller)).text for path in mapping.record_routes(other, self._played)
                ]
                texts += [
                    (await ask.page(path, caller)).text for path in mapping.record_pages(other, self._played)
                ]
        return opened, texts
