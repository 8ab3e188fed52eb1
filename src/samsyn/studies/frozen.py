"""Frozen findings to plain JSON values and back, field by field, driven by the types alone."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from samsyn.studies.errors import UnreadableFindings

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Return a finding as dicts, lists, strings and numbers; dates as ISO dates, enums as their value."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {name: to_plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_plain(cls: type[T], data: Any) -> T:
    """Return the dataclass that `to_plain` wrote.

    Raises
    ------
    UnreadableFindings
        A field is missing, unknown or of the wrong type.
    """
    found: T = _read(cls, data, cls.__name__)
    return found


@lru_cache(maxsize=128)
def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


@lru_cache(maxsize=128)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _read(kind: Any, data: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_union(kind, data, where)
    if origin is tuple:
        return _read_tuple(kind, data, where)
    if isinstance(kind, type) and is_dataclass(kind):
        return _read_dataclass(kind, data, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _tried(kind, data, where)
    if kind is date:
        return _tried(date.fromisoformat, data, where)
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return data
    if kind is Any or (isinstance(data, kind) and not (kind is not bool and isinstance(data, bool))):
        return data
    raise UnreadableFindings(where=where, reason=f"{type(data).__name__} is not {kind.__name__}")


def _read_union(kind: Any, data: Any, where: str) -> Any:
    choices = get_args(kind)
    if data is None and type(None) in choices:
        return None
    inner = [choice for choice in choices if choice is not type(None)]
    if len(inner) == 1:
        return _read(inner[0], data, where)
    if isinstance(data, tuple(inner)) and not isinstance(data, bool):
        return data
    raise UnreadableFindings(where=where, reason=f"{type(data).__name__} is not expected")


def _read_tuple(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, list):
        raise UnreadableFindings(where=where, reason="a list is expected")
    args = get_args(kind)
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(_read(args[0], item, f"{where}[{index}]") for index, item in enumerate(data))
    if len(args) != len(data):
        raise UnreadableFindings(where=where, reason=f"{len(args)} items are expected")
    return tuple(
        _read(arg, item, f"{where}[{index}]")
        for index, (arg, item) in enumerate(zip(args, data, strict=True))
    )


def _read_dataclass(kind: type, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise UnreadableFindings(where=where, reason="an object is expected")
    names = set(_names(kind))
    if set(data) != names:
        odd = ", ".join(sorted(set(data) ^ names))
        raise UnreadableFindings(where=where, reason=f"fields missing or unknown: {odd}")
    hints = _hints(kind)
    return kind(**{name: _read(hints[name], data[name], f"{where}.{name}") for name in _names(kind)})


def _tried(make: Any, data: Any, where: str) -> Any:
    try:
        return make(data)
    except (TypeError, ValueError):
        raise UnreadableFindings(where=where, reason=f"{data!r} is not expected") from None
