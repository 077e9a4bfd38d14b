"""What holds for every test: how long an example takes says nothing about whether it is right."""

from hypothesis import settings

settings.register_profile("daybook", deadline=None)
settings.load_profile("daybook")
