"""A conformance kit for the segment APIs of Akinon, Open Loyalty and Emporix.

It judges any implementation by the vendors' documents and by the ledger of written
requirements. `conformance/plugin.py` runs it inside pytest, `conformance/cli/` from the shell.
"""
