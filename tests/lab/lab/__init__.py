"""A control-plane node in a box, and what is tried on it."""
