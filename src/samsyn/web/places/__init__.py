"""Places, boundaries, statistical areas and assessments."""
