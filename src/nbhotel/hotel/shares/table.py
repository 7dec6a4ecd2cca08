"""The grants, as a table of the hub's own database; JupyterHub's share says who may enter the room at all.

A share of JupyterHub's is for a whole server: `doors`. A grant is for one file or folder in it, and the door
is open as long as there is a grant to the same person or group. Users, groups and servers that are removed
take theirs along (foreign keys). JupyterHub makes the table when it opens its database, since it is one of
`orm.Base`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jupyterhub import orm
from jupyterhub.utils import isoformat, utcnow
from sqlalchemy import DateTime, ForeignKey, Integer, Unicode, or_
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from nbhotel.errors import HotelError
from nbhotel.hotel.shares import doors

#: What a guest may do, each with what is before it.
LEVELS = ("read", "comment", "edit")
_MOST_GRANTS = 500
_PATH_LETTERS = 1000


class BadGrant(HotelError):
    """Somebody asked for a grant that can't be."""


class Grant(orm.Base):
    """One file or folder of one room, shared with one person or one group."""

    __tablename__ = "nbhotel_grants"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    spawner_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("spawners.id", ondelete="CASCADE"), nullable=False
    )
    user_id: Mapped[int | None] = mapped_column(
        Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=True
    )
    group_id: Mapped[int | None] = mapped_column(
        Integer, ForeignKey("groups.id", ondelete="CASCADE"), nullable=True
    )
    #: Relative to where the room's file browser starts, with "/".
    path: Mapped[str] = mapped_column(Unicode(_PATH_LETTERS), nullable=False)
    level: Mapped[str] = mapped_column(Unicode(16), nullable=False)
    created_at: Mapped[datetime] = mapped_column(DateTime, default=lambda: utcnow(with_tz=False))

    spawner: Mapped[Any] = relationship("Spawner", lazy="joined")
    user: Mapped[Any] = relationship("User", foreign_keys=[user_id], lazy="joined")
    group: Mapped[Any] = relationship("Group", lazy="joined")

    def model(self) -> dict[str, Any]:
        """Return it as the API tells it."""
        return {
            "id": self.id,
            "owner": self.spawner.user.name,
            "server": self.spawner.name,
            "user": self.user.name if self.user else None,
            "group": self.group.name if self.group else None,
            "path": self.path,
            "level": self.level,
            "created": isoformat(self.created_at),
        }


def checked_path(path: object) -> str:
    """Return a path as it is kept. Raises BadGrant for what can't be shared: everything, and hidden files."""
    if not isinstance(path, str) or not path.strip("/") or len(path) > _PATH_LETTERS or "\0" in path:
        raise BadGrant("one file or folder can be shared, not everything", where=str(path)[:100])
    parts = path.strip("/").split("/")
    if any(part in ("", "..") or part.startswith(".") for part in parts):
        raise BadGrant("hidden files can't be shared", where=path)
    return "/".join(parts)


def given_by(db: Session, owner: orm.User) -> list[Grant]:
    """Return what a person has shared."""
    query = db.query(Grant).join(orm.Spawner).filter(orm.Spawner.user_id == owner.id)
    return list(query.order_by(Grant.path, Grant.id))


def given_to(db: Session, user: orm.User) -> list[Grant]:
    """Return what was shared with a person, also by way of groups."""
    groups = [group.id for group in user.groups]
    query = db.query(Grant).filter(or_(Grant.user_id == user.id, Grant.group_id.in_(groups)))
    return [grant for grant in query.order_by(Grant.path, Grant.id) if grant.spawner.user_id != user.id]


def give(db: Session, spawner: orm.Spawner, target: orm.User | orm.Group, path: str, level: str) -> Grant:
    """Share, or change the level of what is shared; the room's door is opened too. Raises BadGrant."""
    if level not in LEVELS:
        raise BadGrant(f"no such level: {level!r}", remedy=f"one of {', '.join(LEVELS)}")
    if target is spawner.user:
        raise BadGrant("what is yours needs no share", where=path)
    if len(given_by(db, spawner.user)) >= _MOST_GRANTS:
        raise BadGrant(f"there are {_MOST_GRANTS} shares", where=path, remedy="withdraw some, or use a group")
    ours = {"spawner_id": spawner.id, "path": path, _column(target): target.id}
    grant = db.query(Grant).filter_by(**ours).one_or_none()
    if grant is None:
        grant = Grant(**ours)
        db.add(grant)
    grant.level = level
    db.commit()
    doors.unlock(db, spawner, target)
    return grant


def unlock_all(db: Session) -> None:
    """Open the doors of all groups: a hub that starts removes roles that it was not configured with."""
    for grant in db.query(Grant).filter(Grant.group_id.is_not(None)):
        doors.unlock(db, grant.spawner, grant.group)


def withdraw(db: Session, grant: Grant) -> None:
    """Take one back; after the last one of a person or group the room's door is closed to them."""
    spawner, target = grant.spawner, grant.user or grant.group
    db.delete(grant)
    db.commit()
    if not db.query(Grant).filter_by(**{"spawner_id": spawner.id, _column(target): target.id}).count():
        doors.lock(db, spawner, target)


def end(db: Session, spawner: orm.Spawner, path: str) -> int:
    """Withdraw all grants of a path and of what was below it; return how many."""
    grants = _at(db, spawner, path)
    for grant in grants:
        withdraw(db, grant)
    return len(grants)


def move(db: Session, spawner: orm.Spawner, old: str, new: str) -> int:
    """Let grants follow a file or folder that was renamed; return how many did."""
    grants = _at(db, spawner, old)
    for grant in grants:
        grant.path = new + grant.path[len(old) :]
    db.commit()
    return len(grants)


def _at(db: Session, spawner: orm.Spawner, path: str) -> list[Grant]:
    every = db.query(Grant).filter_by(spawner_id=spawner.id)
    return [grant for grant in every if grant.path == path or grant.path.startswith(f"{path}/")]


def _column(target: orm.User | orm.Group) -> str:
    return "group_id" if isinstance(target, orm.Group) else "user_id"
