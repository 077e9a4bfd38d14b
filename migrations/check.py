"""Say whether the revisions lead to the tables the program states: ``python -m migrations.check``."""

from __future__ import annotations

import sys

from migrations.run import check


def main() -> int:
    """Print what differs, by database; 0 where nothing does."""
    found = check()
    for purpose, lines in found.items():
        for line in lines:
            sys.stderr.write(f"{purpose}: {line}\n")
    if any(found.values()):
        sys.stderr.write("Make a revision: python -m migrations.revise NAME 'what changed'\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
