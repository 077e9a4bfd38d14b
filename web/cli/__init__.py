"""``daybook``: the command line. Every command works headless on the data folder or database set."""

from __future__ import annotations

import click

from web.cli.authority import COMMANDS as AUTHORITY
from web.cli.calculate import calculate_run
from web.cli.check import check_ledger
from web.cli.cost import cost
from web.cli.demonstration import demo
from web.cli.export import export
from web.cli.files import imports
from web.cli.forecasting import forecast_ahead
from web.cli.method import method
from web.cli.restated import restated
from web.cli.site import COMMANDS as SITE

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="daybook")
def main() -> None:
    """Daybook: what children's social workers do, how long it takes and what it costs.

    The data lie in the folder DAYBOOK_DATA (./var unless set), or in the PostgreSQL database
    DAYBOOK_DATABASE_URL. Exit codes: 0 done; 1 done, but something was refused or does not hold;
    2 the command could not be carried out.
    """


COSTS = (cost, restated, calculate_run, check_ledger, export, forecast_ahead)
for command in (*AUTHORITY, imports, *COSTS, method, *SITE, demo):
    main.add_command(command)
