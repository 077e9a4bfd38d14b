"""Files coming in: read as they are, checked, and stated as facts; what cannot be is said."""
