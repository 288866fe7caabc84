"""A refusal: the rule that a command would break, as an officer would say it."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Raised by ``decide``: nothing is recorded. A subclass names the rule; its docstring is the title shown.

    ``detail`` says what stands against the command, ``remedy`` what would be right; neither holds personal data.
    ``source`` is the law or paper behind the rule, where there is one.
    """

    status: ClassVar[int] = 409
    source: ClassVar[str | None] = None

    def __init__(self, detail: str, *, remedy: str | None = None, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.field = field
