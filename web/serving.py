"""How each process that answers requests is set up; read by gunicorn."""

from __future__ import annotations

import gc

__all__ = ["post_worker_init"]

_VALUES_BETWEEN = 50_000


def post_worker_init(_worker: object) -> None:
    """What is loaded by now stays for good: looking through it for garbage every so often holds up requests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_VALUES_BETWEEN, *gc.get_threshold()[1:])
