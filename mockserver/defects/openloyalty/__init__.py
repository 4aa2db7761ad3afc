"""The defects of the Open Loyalty room, one module per subject, each with its `DEFECTS`."""
