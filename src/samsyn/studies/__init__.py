"""Questions answered reproducibly, with provenance and disclosure control."""
