"""The shared kit: record, registry, base templates, errors and headers."""
