"""What is asked of the Open Loyalty segment API."""
