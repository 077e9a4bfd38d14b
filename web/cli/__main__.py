"""``python -m web.cli``: the same as ``daybook``."""

from web.cli import main

main(prog_name="daybook")
