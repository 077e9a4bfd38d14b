"""What one person does, for the load tool: sign in, open My day, think, record a visit, see it."""

from __future__ import annotations

import os
import random
import re
from itertools import count

from locust import HttpUser, between, task

from web.cli.demonstration import PASSWORD

_names = os.environ.get("BENCH_PEOPLE", "").split()
_next = count()
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_CHILD = re.compile(r'name="children" type="checkbox" value="([^"]+)"')


class Worker(HttpUser):
    """Somebody who records a visit every five to fifteen seconds, which is busier than anybody is."""

    wait_time = between(5, 15)

    def on_start(self) -> None:
        """Sign in; not measured."""
        username = _names[next(_next) % len(_names)]
        page = self.client.get("/sign-in", name="(sign in)")
        token = dict(_HIDDEN.findall(page.text))["csrf_token"]
        said = {"csrf_token": token, "username": username, "password": PASSWORD}
        self.client.post("/sign-in", data=said, name="(sign in)")

    @task
    def record(self) -> None:
        """One entry: the page, the saving, and the page that shows it."""
        page = self.client.get("/my-day", name="open My day")
        form = page.text[page.text.index('id="entry"') :]
        said = dict(_HIDDEN.findall(form))
        children = _CHILD.findall(form)
        said |= {
            "kind": "D1H",
            "when": "today",
            "outcome": "held",
            "minutes": str(random.randint(5, 120)),
            "another": "yes",
        }
        if children:
            said["children"] = random.choice(children)
        with self.client.post(
            "/my-day", data=said, name="record an entry", allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 303:
                answer.failure(f"answered {answer.status_code}")
                return
            answer.success()
        self.client.get(answer.headers["Location"], name="see it on My day")
