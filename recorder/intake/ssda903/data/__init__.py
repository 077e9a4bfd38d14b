"""The tables of the SSDA903 that come with the product: columns, code lists, changes of list, rules."""
