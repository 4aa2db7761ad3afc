"""What is asked of Akinon's segment API."""
