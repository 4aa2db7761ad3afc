"""A stateful mock of the Akinon, Open Loyalty and Emporix segment APIs."""
