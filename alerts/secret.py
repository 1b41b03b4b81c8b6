"""A string that nobody sees by accident: passwords, robot addresses, signing keys.

It prints as `[hidden]` in repr, str, format, JSON and tracebacks, refuses to be pickled or copied into another form,
and gives its text only to code that says so: `secret.reveal()`.
"""

from __future__ import annotations

import hmac
from typing import Final, NoReturn, final

HIDDEN: Final = "[hidden]"


@final
class Secret:
    """A hidden string. Equality compares in constant time; truth is that of the text (an empty one is no secret)."""

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str | Secret) -> None:
        object.__setattr__(self, "_text", text.reveal() if isinstance(text, Secret) else str(text))

    def reveal(self) -> str:
        """The text itself. Call it as late as possible and keep the answer in no attribute."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is not pickled: load it again from where it is kept")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self


NO_SECRET: Final = Secret("")
"""For settings that need none."""
