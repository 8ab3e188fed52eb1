"""Situational pictures; the web's door to studies and reports."""
