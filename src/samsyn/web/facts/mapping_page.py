"""The reference page of mapping files, for the command that writes the reference."""

from __future__ import annotations

from samsyn.store.events.mapping_format import reference_page

__all__ = ["reference_page"]
