"""What people and programs type into an address or a hidden field, read without trust."""

from __future__ import annotations


def whole(text: object, least: int = 0, most: int = 999_999_999) -> int | None:
    """The whole number that was typed, in plain digits and within bounds; None for anything else, however long it is."""
    typed = str(text)
    number = int(typed) if len(typed) <= len(str(most)) and typed.isascii() and typed.isdigit() else None
    return number if number is not None and least <= number <= most else None
