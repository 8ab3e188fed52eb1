"""Samsyn: one place to map, meet, decide, act and find out what worked. About places, never persons."""

__version__ = "0.1.0"
