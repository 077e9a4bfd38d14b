"""Return folders written for a test and taken in, and what the log then holds."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from uuid import UUID

from recorder.domain.facts import Body, Event, Provenance
from recorder.domain.ids import derived_id
from recorder.intake.ssda903 import ReturnFolder
from recorder.intake.ssda903.loading import LoadedReturn, load_returns
from tests.recorder.desk_store import Office

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
WORKERS = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON"
ANNA, BEN = "100001", "100002"
ANNA_HEADER = f"{ANNA},2,04/10/2010,WBRI,W006749270049,,"
BEN_HEADER = f"{BEN},1,21/01/2012,WBRI,UN1,,"

FORM = Provenance(by="social worker", source="form")


def open_care(child: str, place: str = "U4,PR1", decom: str = "05/06/2020") -> str:
    return f"{child},{decom},S,C2,N1,{place},,,,ZZ8 2ZT,ZZ18 1AL,SC322758"


def ended_care(child: str, dec: str, place: str = "U4,PR1", decom: str = "05/06/2020") -> str:
    return f"{child},{decom},S,C2,N1,{place},{dec},E4A,,ZZ8 2ZT,ZZ18 1AL,SC322758"


class Returns:
    """Writes return folders and takes them in, each known on 30 June after its year."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.folder = folder

    def write(self, year: int, *, known_on: date | None = None, dated: bool = True, **files: list[str]) -> ReturnFolder:
        path = self.folder / f"{year}-{len(list(self.folder.iterdir()))}"
        path.mkdir()
        for name, lines in files.items():
            (path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        day = (known_on or date(year + 1, 6, 30)) if dated else None
        return ReturnFolder(path, f"{year}/{(year + 1) % 100:02d}", day)

    def care(self, year: int, headers: list[str], episodes: list[str], **more: list[str]) -> ReturnFolder:
        return self.write(year, header=[HEADER, *headers], episodes=[EPISODES, *episodes], **more)

    def load(self, *folders: ReturnFolder, again: bool = False) -> list[LoadedReturn]:
        return load_returns(self.office.recorder, self.office.desk, folders, by="clerk", again=again)

    def position(self) -> int:
        return self.office.recorder.log_store.position()

    def bodies(self, kind: type[Body]) -> list[Event]:
        return [e for e in self.office.facts() if isinstance(e.body, kind)]

    def child(self, identifier: str) -> UUID:
        child = self.office.recorder.keys.find("ssda903", identifier)
        assert child is not None
        return child

    def episode(self, identifier: str, decom: date = date(2020, 6, 5)) -> list[Event]:
        return self.office.recorder.history(derived_id(self.child(identifier), "episode", decom.isoformat()))


def rules(loaded: LoadedReturn) -> Counter[str]:
    return Counter(f.rule for f in loaded.findings)
