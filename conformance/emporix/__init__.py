"""What is asked of an Emporix customer segment service."""
