"""What a query gives, through SQLAlchemy: read once, in chunks, and changed nowhere."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.harmless import name as harmless
from ac_notebook.storage.data.cells import column_of
from ac_notebook.storage.data.file import NOTHING_SENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from sqlalchemy.engine import URL, CursorResult, Row

_ROWS = 20_000


@dataclass(kw_only=True, eq=False, repr=False)
class Query:
    """The rows that a query gives.

    Parameters
    ----------
    names
        Its columns.
    words
        Where they are from: the kind of database, its host and name; never a user or a password.
    """

    names: tuple[str, ...]
    words: str
    is_typed = False
    is_text = False
    can_repeat = False
    ordered: ClassVar[frozenset[str]] = frozenset()
    dtypes: ClassVar[Mapping[str, str]] = {}
    is_indexed: ClassVar[bool] = False
    decimal = "."
    stated: ClassVar[frozenset[str]] = frozenset()
    _open: ExitStack = field(default_factory=ExitStack)
    _result: Any = None
    _peeked: list[Row[Any]] | None = None

    def __repr__(self) -> str:
        return f"<Query: {self.words}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self._open.close()

    @classmethod
    def of(cls, sql: str, url: str) -> Query:
        """Run a query, and return what it gives; close it after use.

        Parameters
        ----------
        sql
            One statement that gives rows.
        url
            Where the database is, as SQLAlchemy writes it: ``postgresql+psycopg://user:password@host/name``.

        Raises
        ------
        ConfigurationError
            When it cannot be reached, or gives no rows. What the database says is not told: it quotes cells.
        """
        sqlalchemy = _sqlalchemy()
        place, words = _place(url)
        with ExitStack() as stack:
            with _said(words, "could not be reached"):
                engine = sqlalchemy.create_engine(place, hide_parameters=True)
                stack.callback(engine.dispose)
                connection = stack.enter_context(engine.connect())
                stack.callback(connection.rollback)
            with _said(words, "did not take the query"):
                streamed = connection.execution_options(stream_results=True, yield_per=_ROWS)
                result: CursorResult[Any] = streamed.exec_driver_sql(sql)
                stack.callback(result.close)
                names = tuple(map(str, result.keys())) if result.returns_rows else ()
            if not names:
                msg = f"The query of {words} gives no rows at all."
                raise ConfigurationError(msg, hint=f"Write a SELECT. What it did was taken back. {NOTHING_SENT}")
            return cls(names=names, words=words, _open=stack.pop_all(), _result=result)
        raise AssertionError  # pragma: no cover - for mypy, which thinks that a stack may swallow errors

    def first(self, names: Sequence[str]) -> pa.Table:
        """Return some columns of the first rows."""
        if self._peeked is None:
            self._peeked = self._fetch()
        return self._table(self._peeked, names)

    def chunks(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns, one at least, of the rows in their order; once."""
        rows, self._peeked = self._peeked or self._fetch(), None
        while rows:
            yield self._table(rows, names)
            rows = self._fetch()

    def _fetch(self) -> list[Row[Any]]:
        with _said(self.words, "broke off"):
            return list(self._result.fetchmany(_ROWS))

    def _table(self, rows: list[Row[Any]], names: Sequence[str]) -> pa.Table:
        places = [self.names.index(name) for name in names]
        columns = [column_of([row[place] for row in rows], self.names[place], self.words) for place in places]
        return pa.table(columns, names=list(names))


def _sqlalchemy() -> Any:
    try:
        import sqlalchemy  # noqa: PLC0415 - an extra
    except ImportError:
        msg = "A query needs SQLAlchemy, which is not installed."
        raise ConfigurationError(msg, hint=f"pip install 'ac-notebook[sql]'. {NOTHING_SENT}") from None
    return sqlalchemy


def _place(url: str) -> tuple[URL, str]:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - an extra
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        place = make_url(url)
        kind = place.get_backend_name()
    except (ArgumentError, ValueError):
        msg = "The URL of the database cannot be understood."
        hint = "Write it as SQLAlchemy does: postgresql+psycopg://user:password@host/name, or sqlite:///file.db."
        raise ConfigurationError(msg, hint=f"{hint} {NOTHING_SENT}") from None
    where = harmless(place.database or "") if place.host is None else harmless(f"{place.host}/{place.database or ''}")
    is_file = kind == "sqlite" and place.database not in (None, "", ":memory:") and "file:" not in str(place.database)
    if is_file and not Path(str(place.database)).is_file():  # SQLite would make it
        msg = f"There is no SQLite database {where!r}."
        raise ConfigurationError(msg, hint=f"Check the path behind sqlite:///. {NOTHING_SENT}")
    return place, f"the {harmless(kind)} database {where!r}"


@contextmanager
def _said(words: str, what: str) -> Iterator[None]:
    """Say in a sentence what goes wrong; the database's own words may quote cells, and its address."""
    from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError  # noqa: PLC0415 - an extra

    try:
        yield
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        missing = harmless(getattr(error, "name", None) or "for this kind of database")
        msg = f"There is no driver for {words} ({missing})."
        hint = "Install one, such as psycopg for PostgreSQL, and name it: postgresql+psycopg://…"
        raise ConfigurationError(msg, hint=f"{hint} {NOTHING_SENT}") from None
    except (SQLAlchemyError, OSError) as error:
        inner = error.orig if isinstance(error, DBAPIError) else None
        kind = type(error if inner is None else inner).__name__
        msg = f"{words[:1].upper()}{words[1:]} {what} ({kind})."
        hint = "Try the query with a client of the database, which says more; here it might show data."
        raise ConfigurationError(msg, hint=f"{hint} {NOTHING_SENT}") from None
