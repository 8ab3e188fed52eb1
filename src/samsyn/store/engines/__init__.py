"""Engines answer queries; only the store opens them."""
