"""A refusal: the rule that a command would break, in words of an officer."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Raised by ``decide``: nothing is recorded. A subclass names the rule; its docstring is the title shown.

    ``detail`` states why the command is refused, ``remedy`` what to do; neither contains personal data.
    ``code`` names the rule in problem types and in the audit; it is a literal, because programs rely on it.
    ``source`` is the law or document behind the rule, if there is one.

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
        """Return the code in the form of audit entries and logs: ``permission-missing`` as ``PermissionMissing``."""
        return "".join(word.capitalize() for word in cls.code.split("-"))

    def __init__(self, detail: str, *, remedy: str | None = None, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.field = field
