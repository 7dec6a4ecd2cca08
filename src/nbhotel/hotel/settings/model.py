"""The settings of a hotel as one frozen value (the table of them is docs/settings.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictStr

from nbhotel.hotel.settings.address import check_bind
from nbhotel.hotel.settings.units import parse_duration, parse_size

NonNegative = Field(ge=0)


def _command_words(value: object) -> object:
    """A kind of room: "lab", "notebook", or a command as a list of words."""
    if isinstance(value, list | tuple) and value and all(isinstance(word, str) and word for word in value):
        return tuple(value)
    if isinstance(value, str) and value in {"lab", "notebook"}:
        return value
    raise ValueError(f'expected "lab", "notebook" or a command as a list of words, got {value!r}')


def _number_of_cores(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError(f"expected a number of cores such as 1.5, got {value!r}")


def _path(value: object) -> object:
    if isinstance(value, Path) or (isinstance(value, str) and value and "\0" not in value):
        return value
    raise ValueError(f"expected a path, got {value!r}")


def _names(value: object) -> object:
    if isinstance(value, list | tuple) and all(isinstance(name, str) and name.strip() for name in value):
        return tuple(value)
    raise ValueError(f'expected a list of names such as ["guest1"], got {value!r}')


Size = Annotated[int, BeforeValidator(parse_size), Field(gt=0)]
Duration = Annotated[int, BeforeValidator(parse_duration), NonNegative]
Cores = Annotated[float, BeforeValidator(_number_of_cores), Field(gt=0, allow_inf_nan=False)]
PathSetting = Annotated[Path, BeforeValidator(_path)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
RoomKind = Annotated[Literal["lab", "notebook"] | tuple[str, ...], BeforeValidator(_command_words)]


class RoomSettings(BaseModel):
    """What each room is and what it may use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: A command of one's own may use {socket}, {base_url}, {user} and {server} in its words.
    kind: RoomKind = "lab"
    #: "warm" rooms are forked from the zygote; "cold" ones are ordinary processes.
    start: Literal["warm", "cold"] = "warm"
    #: Bytes for a room with its kernels; None: no limit.
    memory: Size | None = None
    #: Cores for a room with its kernels; None: no limit.
    cpu: Cores | None = None
    #: Seconds without activity after which a room is stopped; 0: never.
    idle_timeout: Duration = 3600
    #: The prefix of another Python environment for the rooms; they then start cold.
    environment: PathSetting | None = None
    #: Where the file browser starts; "": the guest's home.
    directory: StrictStr = ""
    #: Whether several people may write in one notebook at a time.
    together: StrictBool = False


class Settings(BaseModel):
    """A whole hotel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: HOST:PORT, :PORT, http://HOST[:PORT] or https://NAME[:PORT].
    bind: Annotated[StrictStr, BeforeValidator(check_bind)] = "127.0.0.1:8000"
    state: PathSetting
    #: "sqlite" (a file in the state directory) or an SQLAlchemy URL.
    database: StrictStr = "sqlite"
    #: "pam", "builtin", "none" or the entry-point name of a JupyterHub authenticator.
    auth: StrictStr
    #: The service below /etc/pam.d that logins are checked against.
    pam_service: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")] = "login"
    #: Who may enter: names, and "@group" for the members of a Unix group.
    allow: Names = ()
    admins: Names = ()
    #: Needed for auth = "none" on an address that other machines reach.
    open_to_all_confirmed: StrictBool = False
    #: Bytes of pages that each guest may publish at /public/USER/, for everybody to read; None: none.
    public: Size | None = None
    #: Guests may share files and folders of their rooms with other guests.
    shares: StrictBool = False
    rooms: RoomSettings = RoomSettings()
    #: Traits of JupyterHub itself, and of its classes in tables of their own.
    jupyterhub: dict[str, Any] = {}
