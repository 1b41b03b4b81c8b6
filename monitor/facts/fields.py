"""Labelled values of a notice, as `layout` reads them."""

from __future__ import annotations

from dataclasses import dataclass

AMENDED = "更正"
"""The label of a value that a row 更正前/更正后 puts in the place of another."""


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled value. `start`..`end` are its place in the text; `section` is the role of the heading above it.

    `lot` is the lot's number as printed, empty outside of lots. `old` marks the value that an amendment replaced, `total` a
    sum over the rows of a table. `row` is equal for the values of one table row or of one line, 0 for a value on its own.
    """

    role: str
    label: str
    note: str
    value: str
    start: int
    end: int
    section: str = ""
    lot: str = ""
    old: bool = False
    total: bool = False
    row: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """All labelled values of a text, in order."""

    fields: tuple[Field, ...]

    def of(self, *roles: str) -> tuple[Field, ...]:
        """Fields of these roles in the order of `roles`, then of the text."""
        return tuple(f for role in roles for f in self.fields if f.role == role)

    @property
    def is_form(self) -> bool:
        """True where the text is a notice in form, not prose that happens to hold a colon."""
        return len({f.role for f in self.fields if f.role}) >= 3
