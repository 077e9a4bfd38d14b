"""The method: what a cost is and how it is worked out. Pure: no database, clock or web."""
