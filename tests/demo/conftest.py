"""The invented county, built once."""

from __future__ import annotations

import pytest

from samsyn.demo.city import City, build_city


@pytest.fixture(scope="session")
def city() -> City:
    return build_city(7)
