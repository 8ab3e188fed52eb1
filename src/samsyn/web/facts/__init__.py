"""The catalogue of data sets; the web's door to the store."""
