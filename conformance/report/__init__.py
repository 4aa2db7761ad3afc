"""What people and machines read about a run; all of it is made from one JSON document."""
