"""Questions that pages ask of the tables: small typed functions, a module for each journey."""
