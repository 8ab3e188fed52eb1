"""The store: validated values with provenance, asked through one small query model; engines hidden."""
