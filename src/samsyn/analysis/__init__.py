"""Statistics: arrays and frames in, frozen results out."""
