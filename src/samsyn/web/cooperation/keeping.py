"""Rows that are never deleted: neither one by one nor as a query."""

from __future__ import annotations

from typing import NoReturn, TypeVar

from django.db import models

from samsyn.domain.issues import NothingIsDeleted
from samsyn.web.ui.models import Record, RecordQuerySet

_Row = TypeVar("_Row", bound="KeptRecord")
_Plain = TypeVar("_Plain", bound="Kept")


class KeptRecordQuerySet(RecordQuerySet[_Row]):
    """Records that refuse to be deleted as a query."""

    def delete(self) -> NoReturn:
        """Refuse."""
        raise NothingIsDeleted()


class KeptQuerySet(models.QuerySet[_Plain]):
    """Steps that refuse to be deleted as a query."""

    def delete(self) -> NoReturn:
        """Refuse."""
        raise NothingIsDeleted()


class KeptRecord(Record):
    """A record that lives for good."""

    objects = KeptRecordQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        """No table of its own."""

        abstract = True

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        """Refuse."""
        raise NothingIsDeleted()


class Kept(models.Model):
    """A step or a picture that lives for good."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        """Refuse."""
        raise NothingIsDeleted()
