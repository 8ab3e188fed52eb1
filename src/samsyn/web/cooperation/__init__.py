"""Step 2 and the daily rhythm: actors on duty, forums, meetings, questions, agreements."""
