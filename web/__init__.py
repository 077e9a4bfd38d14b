"""What people see: forms, pages, exports and the command line."""
