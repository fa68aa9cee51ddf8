"""Files that people edit, turned into domain objects, and the check that finds their faults."""
