"""Workspaces, organisations, functions, memberships and the audit log."""
