"""Findings in, documents and sentences out."""
