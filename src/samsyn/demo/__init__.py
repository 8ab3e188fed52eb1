"""The two demo workspaces' contents: one published, one simulated."""
