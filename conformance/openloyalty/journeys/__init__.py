"""Stories over several requests: what a service does and remembers."""
