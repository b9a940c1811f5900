"""Use cases: what people and the clock may ask of the house. One command is one transaction over one case."""
