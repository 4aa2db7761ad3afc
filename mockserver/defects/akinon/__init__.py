"""The defects of the Akinon room, one module per subject, each with its `DEFECTS`."""
