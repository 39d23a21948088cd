"""Reads what lies in a store (docs/dev/crypto.md, sections 14 and 15). Both stores answer the same questions; nothing is opened here."""

import socket
import sqlite3
from dataclasses import dataclass

import blocks
import envelopes
import layouts
from blocks import need


@dataclass
class Account:
    id: bytes
    email: str
    plan: str
    token: bytes
    created: int
    disabled: bool
    locale: str | None
    sessions: int
    binding: bytes | None
    token_created: int | None
    token_used: int | None
    notify: int


@dataclass
class Token:
    id: bytes
    digest: bytes
    name: str
    created: int
    expires: int | None
    used: int | None


@dataclass
class Notification:
    tag: str
    serial: bytes
    created: int
    expires: int
    due: int | None
    attempts: int
    failure: int | None
    sealed: bytes


@dataclass
class Notice:
    tag: str
    serial: bytes
    mid: bytes
    created: int
    until: int
    end: str | None
    ended: int | None
    due: int | None
    sealed: bytes


class Sqlite:
    """A file, which a server may be writing to."""

    def __init__(self, path):
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.db.row_factory = sqlite3.Row
        need(self.one("PRAGMA user_version")[0] == 6, "the schema that the page describes")

    def all(self, sql, *given):
        return self.db.execute(sql, given).fetchall()

    def one(self, sql, *given):
        return self.db.execute(sql, given).fetchone()

    def canary(self):
        return self.one("SELECT value FROM singles WHERE name = 'canary'")["value"]

    def envelope(self, link):
        row = self.one("SELECT envelope FROM secrets WHERE sid = ?", blocks.sid(link))
        return row and row["envelope"]

    def receipt(self, key):
        row = self.one("SELECT * FROM secrets WHERE mid = ?", blocks.mid(key))
        if row is None:
            return None
        need(row["due"] == row["created"] + row["ttl"] * (1 if row["envelope"] else 2), "`due` is the next end")
        return layouts.Receipt(
            tag=row["tag"],
            sid=row["sid"],
            state=layouts.STATES[row["state"]],
            created=row["created"],
            updated=row["updated"],
            ttl=row["ttl"],
            owner=row["owner"],
            recipient=row["recipient"],
            share_domain=row["share_domain"],
            protected=bool(row["protected"]),
            sealed=row["sealed"],
        )

    def tries(self, link):
        """How many in the secret's life, and in each network's window."""
        row = self.one("SELECT id, tries FROM secrets WHERE sid = ?", blocks.sid(link))
        if row is None:
            return 0, {}
        windows = self.all("SELECT network, count FROM tries WHERE secret = ?", row["id"])
        return row["tries"], {window["network"]: window["count"] for window in windows}

    def account(self, account):
        row = self.one("SELECT * FROM accounts WHERE id = ?", account)
        return row and Account(**(dict(row) | {"disabled": bool(row["disabled"])}))

    def tokens(self, account):
        rows = self.all("SELECT id, digest, name, created, expires, used FROM tokens WHERE account = ?", account)
        return [Token(**dict(row)) for row in rows]

    def shares(self, account):
        """Ids of receipts, newest first."""
        rows = self.all(
            "SELECT mid FROM secrets JOIN accounts ON owner = email WHERE accounts.id = ? ORDER BY secrets.created DESC, secrets.id DESC",
            account,
        )
        return [row["mid"] for row in rows]

    def recent(self, account):
        """Blobs, newest first."""
        listed = self.one("SELECT generation, entries FROM lists WHERE owner = ?", account)
        generation = listed["generation"] if listed else 0
        rows = self.all(
            "SELECT sealed FROM recent WHERE owner = ? AND generation = ? ORDER BY created DESC, id DESC",
            account,
            generation,
        )
        need(len(rows) == (listed["entries"] if listed else 0), "a list counts its entries")
        return [row["sealed"] for row in rows]

    def notifications(self):
        fields = [name for name in Notification.__dataclass_fields__]
        return [Notification(**row) for row in map(dict, self.all(f"SELECT {', '.join(fields)} FROM outbox"))]

    def notices(self):
        rows = self.all("SELECT tag, serial, mid, created, until, ending AS end, ended, due, sealed FROM notices")
        found = [Notice(**(dict(row) | {"end": layouts.ENDS[row["end"]]})) for row in rows]
        for notice in found:
            ttl = self.one("SELECT ttl FROM secrets WHERE mid = ?", notice.mid)["ttl"]
            need(notice.until == notice.created + ttl + layouts.NOTICE_KEPT, "a notice is kept a week longer")
        return found

    def legacy(self):
        rows = self.all("SELECT envelope FROM secrets WHERE envelope IS NOT NULL")
        return sum(envelopes.Envelope(row["envelope"]).kdf == envelopes.LEGACY for row in rows)


class Redis:
    """A server, spoken to in RESP 2."""

    def __init__(self, port, prefix="ro"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rb")
        self.keys = layouts.Keys(prefix)

    def ask(self, *words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        parts = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
        self.socket.sendall(b"*%d\r\n%s" % (len(words), parts))
        return self.answer()

    def answer(self):
        kind, rest = self.file.read(1), self.file.readline()[:-2]
        need(kind != b"-", rest.decode())
        if kind in b"+:":
            return int(rest) if kind == b":" else rest
        if rest == b"-1":
            return None
        if kind == b"*":
            return [self.answer() for _ in range(int(rest))]
        return self.file.read(int(rest) + 2)[:-2]

    def hash(self, key):
        flat = self.ask("HGETALL", key)
        return dict(zip(flat[::2], flat[1::2]))

    def canary(self):
        return self.ask("GET", self.keys.single("canary"))

    def envelope(self, link):
        secret_id = blocks.sid(link)
        record = self.ask("GET", self.keys.slot(blocks.tag_of(link), "s", secret_id))
        if record is None:
            return None
        expires, receipt_id, envelope = layouts.read_secret_record(record)
        need(expires == envelopes.Envelope(envelope).expires, "record and envelope expire together")
        fields = self.hash(self.keys.slot(blocks.tag_of(link), "m", receipt_id))
        need(fields[b"b"][1:33] == secret_id, "secret and receipt name each other")
        return envelope

    def receipt(self, key):
        receipt_id, tag = blocks.mid(key), blocks.tag_of(key)
        fields = self.hash(self.keys.slot(tag, "m", receipt_id))
        if b"p" in fields:
            need(fields.keys() == {b"p"} and fields[b"p"] != tag.encode(), "a pointer")
            tag = fields[b"p"].decode()
            fields = self.hash(self.keys.slot(tag, "m", receipt_id))
        return layouts.read_receipt(tag, fields) if fields else None

    def tries(self, link):
        fields = self.hash(self.keys.slot(blocks.tag_of(link), "f", blocks.sid(link)))
        total, _gate = int(fields.pop(b"n", 0)), fields.pop(b"g", None)
        return total, {network: layouts.read_try(value)[1] for network, value in fields.items()}

    def account(self, account):
        fields = self.hash(self.keys.account(account))
        if not fields:
            return None
        need(account in self.ask("SMEMBERS", self.keys.single("accounts")), "the index names every account")
        email, plan, created = (fields[name].decode() for name in (b"e", b"p", b"c"))
        locale = fields[b"l"].decode() if b"l" in fields else None
        number = lambda name: int(fields[name]) if name in fields else None  # noqa: E731
        sessions, made, used = number(b"s") or 0, number(b"n"), number(b"u")
        disabled, binding = fields[b"d"] == b"1", fields.get(b"b")
        if binding is not None:
            need(self.ask("GET", self.keys.bound(binding)) == account, "a binding leads to its account")
        return Account(
            account,
            email,
            plan,
            fields[b"t"],
            int(created),
            disabled,
            locale,
            sessions,
            binding,
            made,
            used,
            number(b"w") or 0,
        )

    def tokens(self, account):
        fields, found = self.hash(self.keys.account(account)), []
        for name, record in fields.items():
            if len(name) == 9 and name[:1] == b"k":
                digest, created, expires, called = layouts.read_token_record(record)
                need(name[1:] == digest[:8], "a token's id is how its digest begins")
                used = fields.get(b"u" + name[1:])
                used = None if used is None else int(used)
                found.append(Token(name[1:], digest, called, created, expires, used))
        return found

    def shares(self, account):
        members = self.ask("ZRANGE", self.keys.shares(account), 0, -1)
        return [layouts.read_share_member(member)[2] for member in reversed(members)]

    def recent(self, account):
        members = self.ask("ZRANGE", self.keys.recent(account), 0, -1)
        ends = self.hash(self.keys.ends(account))
        fields = {member[: layouts.ENDS_FIELD] for member in members}
        need(set(ends) == fields and all(map(int, ends.values())), "every entry has an end, and nothing else")
        return [member[8:] for member in reversed(members)]

    def notifications(self):
        found = []
        for number in range(16):
            flat = self.ask("ZRANGE", self.keys.outbox(number), 0, -1, "WITHSCORES")
            for member, score in zip(flat[::2], flat[1::2]):
                created, ttl, tag, serial = layouts.read_outbox_member(member)
                fields = self.hash(self.keys.slot(tag, "o", serial))
                need(layouts.outbox_set(serial) == number and fields[b"b"][32:] == member[:12], "the index")
                due = int(fields[b"d"]) if b"d" in fields else None
                # When it is due may have changed this moment, and the index lags behind; a dead one stays dead.
                need((int(score) >= layouts.DEAD) == (due is None), "the index's score")
                failure = int(fields[b"f"]) if b"f" in fields else None
                attempts, expires = int(fields.get(b"a", 0)), created + ttl
                found.append(Notification(tag, serial, created, expires, due, attempts, failure, fields[b"l"]))
        return found

    def notices(self):
        found = []
        for number in range(16):
            for member in self.ask("ZRANGE", self.keys.notices(number), 0, -1):
                created, ttl, tag, serial = layouts.read_outbox_member(member)
                fields = self.hash(self.keys.slot(tag, "n", serial))
                base, expires = fields[b"b"], int(fields[b"x"])
                need(layouts.outbox_set(serial) == number and base[32:] == member[:12], "the index")
                need(created + ttl == expires + layouts.NOTICE_KEPT, "a notice is kept a week longer")
                receipt = self.hash(self.keys.slot(tag, "m", base[:32]))
                serials = receipt[b"n"]
                need(serial in (serials[i : i + 16] for i in range(0, len(serials), 16)), "the receipt names it")
                end, ended = layouts.ENDS[fields.get(b"w")], int(fields[b"h"]) if b"h" in fields else None
                due = int(fields[b"d"]) if b"d" in fields else None
                found.append(Notice(tag, serial, base[:32], created, created + ttl, end, ended, due, fields[b"l"]))
        return found

    def legacy(self):
        members = self.ask("ZRANGE", self.keys.single("legacy"), 0, -1)
        secrets = [self.keys.slot(member[:3].decode(), "s", member[3:]) for member in members]
        return sum(self.ask("EXISTS", secret) for secret in secrets)
