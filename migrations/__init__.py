"""How the schemas of keys, desk and projections come to their present form, step by step.

The event store carries its own version (``recorder.store.schema``). Revisions are found beside this
file, so the same steps run from a checkout and from an installed package.
"""
