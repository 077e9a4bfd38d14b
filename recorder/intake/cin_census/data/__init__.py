"""The elements and codes of the CiN census by year, and the rules for what is found in it."""
