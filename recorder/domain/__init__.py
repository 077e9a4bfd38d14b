"""The facts Daybook keeps, and the decisions that lead to them.

Each module holds the facts of one thing (an activity, a child, a care episode, a worker, a
rate), the state they add up to, and the pure functions that decide whether a new fact may be
recorded. Nothing here knows a database or a clock: the time comes in with the command.
"""
