"""A table of the catalogue while it is brought up to date with the files."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from services.models import CatalogueRow

Row = TypeVar("Row", bound=CatalogueRow)


class Table(Generic[Row]):
    """All rows of ``model``, found by the attributes in ``key``; changes are collected and stored by ``save()``."""

    def __init__(self, model: type[Row], *key: str) -> None:
        self.model = model
        self.key = key
        self.rows: dict[Any, Row] = {self._key_of(row): row for row in model._default_manager.all()}
        self.in_files: set[Any] = set()
        self.created: list[Row] = []
        self.updated: list[Row] = []
        self.kept = 0

    def put(self, **fields: Any) -> None:
        """The row as the files have it: created, changed, or kept where the host has edited it."""
        key = self._simple([fields[name] for name in self.key])
        self.in_files.add(key)
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = self.model(**fields)
            self.created.append(row)
        elif all(getattr(row, name) == value for name, value in fields.items()):
            return
        elif row.edited_by_host:
            self.kept += 1
        else:
            for name, value in fields.items():
                setattr(row, name, value)
            self.updated.append(row)

    def save(self) -> None:
        """Stores what was collected, in at most two statements."""
        self.model._default_manager.bulk_create(self.created)
        fields = [field.name for field in self.model._meta.concrete_fields if not field.primary_key]
        if self.updated:
            self.model._default_manager.bulk_update(self.updated, fields)

    def only_here(self) -> Iterator[str]:
        """Active rows that no file holds and that the host did not make."""
        for key, row in self.rows.items():
            if key not in self.in_files and row.is_active and not row.edited_by_host:
                yield f"{self.model._meta.verbose_name} {key}"

    def _key_of(self, row: Row) -> Any:
        return self._simple([getattr(row, name) for name in self.key])

    @staticmethod
    def _simple(parts: list[Any]) -> Any:
        return parts[0] if len(parts) == 1 else tuple(parts)
