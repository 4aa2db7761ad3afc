"""Each documented "no", provoked once."""
