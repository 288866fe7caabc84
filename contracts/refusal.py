"""A refusal: the rule that a command would break, as an officer would say it."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Raised by ``decide``: nothing is recorded. A subclass names the rule; its docstring is the title shown.

    ``detail`` says why the command is refused, ``remedy`` what would be right; neither holds personal data.
    ``code`` names the rule in problem types and in the audit; it is a literal, since programs rely on it.
    ``source`` is the law or paper behind the rule, where there is one.

    Defining a subclass without its own ``code`` raises TypeError.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409
    source: ClassVar[str | None] = None

    def __init_subclass__(cls) -> None:
        if "code" not in vars(cls):
            raise TypeError(f"{cls.__name__} states no code")

    @classmethod
    def reason(cls) -> str:
        """The code as audit entries and logs state it: ``permission-missing`` as ``PermissionMissing``."""
        return "".join(word.capitalize() for word in cls.code.split("-"))

    def __init__(self, detail: str, *, remedy: str | None = None, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.field = field
