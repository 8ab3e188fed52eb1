"""Dates and numbers as they are written in Swedish public service."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "j F Y \\k\\l. H.i"
TIME_FORMAT = "H.i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u00a0"
DATE_INPUT_FORMATS = ["%Y-%m-%d"]
