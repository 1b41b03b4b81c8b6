"""The story index in the database: signatures, and the keys by which they are found.

Flat to millions of articles, because every look-up reads a bounded number of rows in key order:

- a text key is posted for `BOILERPLATE` stories at most (further ones are template text that finds nothing), and once a
  story, so that a text reprinted a thousand times takes no more room than one;
- a fact key (a city's programme, a product) grows for ever, but only its latest `RECENT_BY_FACT` articles are read.

`signature_key` is one clustered tree of (key, article) pairs; the signature itself is read by primary key for the few
candidates. Within one transaction; commits are the caller's business. Runs alike on SQLite and PostgreSQL.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    CompoundSelect,
    Executable,
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel

from monitor.fingerprint import Sketch
from monitor.identity import Identity
from monitor.index import BOILERPLATE, CANDIDATES, RECENT_BY_FACT, Indexed, order_candidates
from monitor.signature import SIGNATURE_VERSION, Item, Signature
from monitor.storage.tables import BIG_ID, UtcDateTime


class SignatureRow(SQLModel, table=True):
    """One article's signature and the groups it was put into. `version` is the rules' that took it."""

    __tablename__ = "signature"

    id: int | None = Field(default=None, sa_column=Column(BIG_ID, primary_key=True, autoincrement=True))
    article_id: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    story_id: str = Field(sa_column=Column(Text, nullable=False))
    event_id: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    thread_id: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    published: dt.datetime | None = Field(default=None, sa_column=Column(UtcDateTime(), nullable=True))
    letters: int = Field(sa_column=Column(Integer, nullable=False))
    sampled: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    rest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    item: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    text_keys: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fact_keys: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    marks: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class SignatureKeyRow(SQLModel, table=True):
    """A look-up key and an article that is found by it."""

    __tablename__ = "signature_key"
    __table_args__ = {"sqlite_with_rowid": False}

    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    signature_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


class SignatureTurnRow(SQLModel, table=True):
    """One row: whose turn it is to decide. Writing it holds other deciders back until the transaction ends."""

    __tablename__ = "signature_turn"

    id: int = Field(primary_key=True)
    turn: int = Field(sa_column=Column(BigInteger, nullable=False))


_SIGNATURE = cast(Table, SignatureRow.__dict__["__table__"])
_KEY = cast(Table, SignatureKeyRow.__dict__["__table__"])
_TURN = cast(Table, SignatureTurnRow.__dict__["__table__"])


# Built once: putting a statement together costs more than running it.
_POSTED = select(_KEY.c.key, _KEY.c.signature_id).where(_KEY.c.key.in_(bindparam("keys", expanding=True)))
_LOADED = select(_SIGNATURE).where(
    _SIGNATURE.c.id.in_(bindparam("numbers", expanding=True)), _SIGNATURE.c.version == SIGNATURE_VERSION
)
_OLD = select(_SIGNATURE.c.id, _SIGNATURE.c.text_keys, _SIGNATURE.c.fact_keys).where(
    _SIGNATURE.c.article_id == bindparam("article")
)
_ADDED = insert(_SIGNATURE).returning(_SIGNATURE.c.id)
_KEYS_ADDED = insert(_KEY)


@cache
def _latest(count: int) -> CompoundSelect[Any]:
    """The latest articles under each of `count` keys, `key0` … `keyN`, with the key's rank."""
    parts = (
        select(literal_column(str(rank)).label("rank"), _KEY.c.signature_id)
        .where(_KEY.c.key == bindparam(f"key{rank}"))
        .order_by(_KEY.c.signature_id.desc())
        .limit(RECENT_BY_FACT)
        .subquery()
        for rank in range(count)
    )
    return union_all(*(select(part) for part in parts))


class SqlIndex:
    """`monitor.index.StoryIndex` within one transaction of the database: make a new one for each."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._claimed = False
        self._seen: tuple[Signature, dict[int, list[int]], dict[int, Any]] | None = None

    def claim(self) -> None:
        """See `StoryIndex.claim`: a row lock on PostgreSQL, the write lock on SQLite, held until the transaction ends."""
        if self._claimed:
            return
        insert_ = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        turn = insert_(_TURN).values(id=1, turn=1)
        self._execute(turn.on_conflict_do_update(index_elements=["id"], set_={"turn": _TURN.c.turn + 1}))
        self._claimed = True

    def candidates(self, signature: Signature, limit: int = CANDIDATES) -> tuple[Indexed, ...]:
        """See `StoryIndex.candidates`."""
        postings = self._postings(signature.text_keys)
        hits: Counter[int] = Counter()
        for numbers in postings.values():
            if len(numbers) < BOILERPLATE:
                hits.update(numbers)
        chosen = order_candidates(hits, self._related(signature.fact_keys), limit + 1)
        rows = self._load(chosen)
        self._seen = (signature, postings, rows)
        found = (indexed(rows[n], hits[n]) for n in chosen if n in rows)
        return tuple(i for i in found if i.signature.article_id != signature.article_id)[:limit]

    def add(self, signature: Signature, story_id: str, event_id: str | None, thread_id: str | None = None) -> None:
        """See `StoryIndex.add`. Cheaper right after `candidates` of the same signature, whose look-up it uses."""
        old = self._forget(signature.article_id)
        text_keys = self._new_text_keys(signature, story_id, old)
        values = row_values(signature) | {"story_id": story_id, "event_id": event_id, "thread_id": thread_id}
        number = self._execute(_ADDED, values).scalar_one()
        self._seen = None
        keys = dict.fromkeys((*signature.fact_keys, *text_keys))
        if keys:
            self._execute(_KEYS_ADDED, [{"key": key, "signature_id": number} for key in keys])

    def _execute(self, statement: Executable, values: Any = None) -> Any:
        # The connection of the transaction: the session's own way round would look for ORM work to do.
        return self._session.connection().execute(statement, values)

    def _postings(self, keys: Collection[int]) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        if keys:
            for key, number in self._execute(_POSTED, {"keys": list(keys)}):
                found[key].append(number)
        return found

    def _related(self, keys: Collection[int]) -> list[int]:
        """The latest articles under each fact key, newest first within a key, keys in order of their worth."""
        if not keys:
            return []
        rows = self._execute(_latest(len(keys)), {f"key{rank}": key for rank, key in enumerate(keys)}).all()
        return [number for _, number in sorted(rows, key=lambda row: (row[0], -row[1]))]

    def _load(self, numbers: Collection[int]) -> dict[int, Any]:
        return {row.id: row for row in self._execute(_LOADED, {"numbers": list(numbers)})} if numbers else {}

    def _new_text_keys(self, signature: Signature, story_id: str, old: int | None) -> list[int]:
        """Text keys to post: those that neither the story nor boilerplate holds yet. `old`: what was just forgotten."""
        if self._seen is not None and self._seen[0] is signature:
            _, held, rows = self._seen
        else:
            held = self._postings(signature.text_keys)
            rows = self._load({n for numbers in held.values() if len(numbers) < BOILERPLATE for n in numbers})
        same = {n for n, row in rows.items() if row.story_id == story_id} - {old}
        return [
            key
            for key in signature.text_keys
            if len(posted := held.get(key, ())) < BOILERPLATE and not same.intersection(posted)
        ]

    def _forget(self, article_id: str) -> int | None:
        """Remove what is remembered of an article; its number, None where it was not known."""
        old = self._execute(_OLD, {"article": article_id}).one_or_none()
        if old is None:
            return None
        keys = {*unpack(old.text_keys), *unpack(old.fact_keys)}
        if keys:
            self._execute(delete(_KEY).where(_KEY.c.key.in_(keys), _KEY.c.signature_id == old.id))
        self._execute(delete(_SIGNATURE).where(_SIGNATURE.c.id == old.id))
        return int(old.id)


def row_values(signature: Signature) -> dict[str, Any]:
    """The columns of `SignatureRow` that a signature fills; the groups are the caller's."""
    return {
        "article_id": signature.article_id,
        "version": SIGNATURE_VERSION,
        "published": signature.published,
        "letters": signature.sketch.letters,
        "sampled": signature.sketch.sampled,
        "rest": signature.sketch.rest,
        "item": signature.item.sketch.sampled + signature.item.sketch.rest if signature.item else None,
        "text_keys": _pack(signature.text_keys),
        "fact_keys": _pack(signature.fact_keys),
        "marks": {
            "latin": signature.latin,
            "title": signature.title,
            "figures": list(signature.figures),
            "identity": _filled(signature.identity),
        }
        | _item_marks(signature.item),
    }


def indexed(row: Any, hits: int) -> Indexed:
    signature = Signature(
        article_id=row.article_id,
        published=row.published,
        latin=row.marks["latin"],
        title=row.marks["title"],
        sketch=Sketch(row.letters, row.sampled, row.rest),
        figures=tuple(row.marks["figures"]),
        item=_item(row.item, row.marks.get("item")),
        identity=Identity(**{name: _tuples(value) for name, value in row.marks["identity"].items()}),
        text_keys=tuple(unpack(row.text_keys)),
        fact_keys=tuple(unpack(row.fact_keys)),
    )
    return Indexed(
        signature=signature, story_id=row.story_id, event_id=row.event_id, thread_id=row.thread_id, hits=hits
    )


def _item_marks(item: Item | None) -> dict[str, Any]:
    if item is None:
        return {}
    return {"item": [item.sketch.letters, len(item.sketch.sampled), list(item.figures)]}


def _item(packed: bytes | None, marks: list[Any] | None) -> Item | None:
    if packed is None or marks is None:
        return None
    letters, border, figures = marks
    return Item(Sketch(letters, packed[:border], packed[border:]), tuple(figures))


def _filled(identity: Identity) -> dict[str, Any]:
    """The fields of an identity that say something; the others are its defaults."""
    return {f.name: value for f in dataclasses.fields(identity) if (value := getattr(identity, f.name)) != f.default}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value


def _pack(keys: Iterable[int]) -> bytes:
    return array("q", keys).tobytes()


def unpack(packed: bytes) -> list[int]:
    keys = array("q")
    keys.frombytes(packed)
    return keys.tolist()
