"""A file of rates read whole before anything is stated: the rates it holds, or everything that is wrong with it.

Files of fees, of prices of an hour and of rates of allowances have the columns of ``fees``, ``schemas`` and
``payments``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from recorder.domain.facts import Refused
from recorder.domain.rate_changes import RateProposed
from recorder.domain.rates import FeeDetails, SchemaPublished
from recorder.intake import fees, schemas
from recorder.intake.cells import Cells
from recorder.intake.clients import find_clients
from recorder.intake.payments import PaymentsRefused, read_allowance_rates
from recorder.intake.reading import CsvFile, FileProblem, Row, open_csv
from recorder.personal import KeyStore

__all__ = ["ALLOWANCES", "FEES", "PRICES", "RateFileProblems", "read_rate_file"]

FEES, PRICES, ALLOWANCES = "fees", "prices", "allowances"
_Problem = tuple[int, str]


class RateFileProblems(ValueError):
    """The file cannot be taken; ``problems`` says all that is wrong, row by row."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class _Problems:
    """Gathers what is wrong with the rows."""

    def __init__(self) -> None:
        self.found: list[_Problem] = []

    def refuse(self, row: int, problems: Iterable[tuple[str, str, str]]) -> None:
        """Every problem (rule, field, message) of a row."""
        self.found += [(row, message) for _, _, message in problems]


def read_rate_file(content: bytes, what: str, keys: KeyStore) -> RateProposed:
    """The rates of a file of ``fees``, ``prices`` or ``allowances``. Raises ``RateFileProblems`` with every problem.

    Unlike an import nothing waits and nothing is left out: a file with one wrong row is not taken at all.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rates.csv"
        path.write_bytes(content)
        try:
            if what == ALLOWANCES:
                return RateProposed(allowances=tuple(read_allowance_rates(path)))
            source = _opened(path, what)
            found, wrong = _fees(source, keys) if what == FEES else _prices(source)
        except FileProblem as problem:
            raise RateFileProblems(finding.message for finding in problem.findings) from None
        except PaymentsRefused as refused:
            raise RateFileProblems(refused.problems) from None
    if wrong:
        raise RateFileProblems(f"Row {row}: {message}" for row, message in sorted(wrong))
    if not found.fees and not found.schemas:
        raise RateFileProblems(["The file has no rows below its header"])
    return found


def _opened(path: Path, what: str) -> CsvFile:
    if what == FEES:
        return open_csv(path, fees.REQUIRED, fees.OPTIONAL)
    return open_csv(path, (*schemas.REQUIRED, "hours_per_year"), schemas.OPTIONAL)


def _fees(source: CsvFile, keys: KeyStore) -> tuple[RateProposed, list[_Problem]]:
    problems = _Problems()
    read = [ready for row in source.rows() if (ready := fees.read_fee(problems, row))]
    clients = find_clients(keys, (ready.client for ready in read))
    found: dict[object, tuple[int, FeeDetails]] = {}
    for ready in read:
        child, number = clients.of(ready.client), ready.row.number
        if child is None:
            problems.found.append((number, f"No child is registered with the number “{ready.client}”"))
            continue
        try:
            body = ready.state(child).first
        except Refused as refused:
            problems.found += [(number, message) for _, message in refused.problems]
            continue
        assert isinstance(body, FeeDetails)
        details = FeeDetails(**{name: getattr(body, name) for name in FeeDetails.__struct_fields__})
        before, _ = found.setdefault((child, ready.reference), (number, details))
        if before != number:
            problems.found.append((number, f"Row {before} gives the same fee from the same day"))
    return RateProposed(fees=tuple(details for _, details in found.values())), problems.found


def _prices(source: CsvFile) -> tuple[RateProposed, list[_Problem]]:
    problems = _Problems()
    found: dict[object, tuple[int, SchemaPublished]] = {}
    for row in source.rows():
        if (body := _price(row, problems)) is None:
            continue
        key = (body.worker_type, body.contract, body.valid_from)
        before, _ = found.setdefault(key, (row.number, body))
        if before != row.number:
            message = f"Row {before} gives the same worker type, contract and first day"
            problems.found.append((row.number, message))
    return RateProposed(schemas=tuple(body for _, body in found.values())), problems.found


def _price(row: Row, problems: _Problems) -> SchemaPublished | None:
    cells = Cells(row.values)
    body = schemas.read_schema(cells)
    problems.refuse(row.number, cells.problems)
    return body
