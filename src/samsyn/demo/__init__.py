"""Two workspaces to try the platform on: published figures from Stockholm, and an invented county."""
