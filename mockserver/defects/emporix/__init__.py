"""The defects of the Emporix room, one module per subject, each with its `DEFECTS`."""
