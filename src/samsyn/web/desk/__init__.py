"""Pages that need every app: the start page and the place page."""
