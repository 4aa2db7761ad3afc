"""Stories over several requests: what a site does and remembers."""
