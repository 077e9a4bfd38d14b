"""The tables that come with the product; each is read through `costing.shipped`."""
