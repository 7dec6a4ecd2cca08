"""typing's NamedTuple, of which a class is made in a twentieth of the time.

typing compiles each annotation, and collections each constructor, when a class is made: 0.3 ms for a class,
and a tenth of the start of each command. Here nothing is compiled before there is an instance. Type checkers
see typing's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from _collections import _tuplegetter

    class _Meta(type):
        """Makes a tuple with names of a class that is derived from `NamedTuple` itself."""

        def __new__(cls, name, bases, namespace):
            if not any(base.__dict__.get("_is_blank") for base in bases):
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace.pop(field) for field in fields if field in namespace}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default follows one that has one")
            getters = {field: _tuplegetter(at, None) for at, field in enumerate(fields)}
            own = {"__slots__": (), "_is_blank": False, "_fields": fields, "_field_defaults": defaults}
            return super().__new__(
                cls, name, bases, {**getters, "__match_args__": fields, **namespace, **own}
            )

    class NamedTuple(tuple, metaclass=_Meta):
        """See typing.NamedTuple."""

        __slots__ = ()
        _is_blank = True

        def __new__(cls, *values, **named):
            """Compile the constructor of the class, and let it take the place of this one."""
            owner = next(each for each in cls.__mro__ if "_fields" in each.__dict__)
            make = _constructor(owner)
            owner.__new__ = make
            return make(cls, *values, **named)

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__} has {len(cls._fields)} fields, not {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"{type(self).__name__} has no {', '.join(changes)}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            told = ", ".join(f"{field}={value!r}" for field, value in self._asdict().items())
            return f"{type(self).__name__}({told})"

        def __getnewargs__(self):
            """For copies and pickles."""
            return tuple(self)

    def _constructor(owner):
        """Return a function that takes the fields by place or by name; only compiled code does that fast."""
        fields = owner._fields
        code = f"lambda _cls, {', '.join(fields)}: _new(_cls, ({', '.join(fields)}{',' * bool(fields)}))"
        make = eval(code, {"_new": tuple.__new__})  # noqa: S307 - the names are those of annotations
        make.__defaults__ = tuple(owner._field_defaults.values())
        make.__name__ = make.__qualname__ = "__new__"
        return make


__all__ = ["NamedTuple"]
