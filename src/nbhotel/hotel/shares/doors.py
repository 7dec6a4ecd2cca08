"""Who may enter a room at all, as JupyterHub sees it: what he may do there, the room decides.

People get a share of JupyterHub's. Groups should, too, but JupyterHub 6.1 leaves shares of groups out when it
works out what a token may do (`scopes.get_scopes_for`), and pages come with tokens. So they get a role.
"""

from __future__ import annotations

from jupyterhub import orm, roles
from sqlalchemy.orm import Session

_ROLE = "nbhotel-share-"


def unlock(db: Session, spawner: orm.Spawner, target: orm.User | orm.Group) -> None:
    """Let a person or group in."""
    scope = f"access:servers!server={spawner.user.name}/{spawner.name}"
    if target.kind == "user":
        orm.Share.grant(db, spawner, target, scopes=[scope])
        return
    description = f"Enter a room of {spawner.user.name}, of which something is shared."
    role = roles.create_role(db, {"name": _role_of(spawner), "description": description, "scopes": [scope]})
    roles.grant_role(db, target, role)


def lock(db: Session, spawner: orm.Spawner, target: orm.User | orm.Group) -> None:
    """Let them in no more."""
    if target.kind == "user":
        orm.Share.revoke(db, spawner, target)
        return
    role = orm.Role.find(db, _role_of(spawner))
    if role is not None:
        roles.strip_role(db, target, role)
        if not role.groups:
            db.delete(role)
            db.commit()


def is_door(role: orm.Role) -> bool:
    """Whether a role is one of ours, and so gives no rights by itself."""
    return str(role.name).startswith(_ROLE)


def _role_of(spawner: orm.Spawner) -> str:
    return f"{_ROLE}{spawner.id}"
