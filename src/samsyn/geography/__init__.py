"""Boundaries in, hectares and overlaps out; metres always in SWEREF 99 TM."""
