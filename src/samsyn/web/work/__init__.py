"""Step 5: what was decided to be done, by whom, until when, and how it ended."""
