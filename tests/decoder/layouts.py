"""Records in Redis and single values in SQLite (docs/dev/crypto.md, sections 14 and 15): bytes on one side, fields on the other."""

import struct
from dataclasses import dataclass

from blocks import Damaged, need

STATES = ("new", "revealed", "burned", "orphaned")
DEAD = 1 << 40
ENDS_FIELD = 28
ENDINGS = dict(zip((None, b"r", b"b", b"o"), STATES))
ENDS = {None: None, b"r": "read", b"b": "burned", b"x": "expired", 1: "read", 2: "burned", 4: "expired"}
NOTICE_KEPT = 7 * 86400


class Keys:
    """Names of keys under one prefix."""

    def __init__(self, prefix):
        self.prefix = prefix

    def slot(self, tag, kind, entity):
        return f"{self.prefix}:{{{tag}}}:{kind}:".encode() + entity

    def recent(self, account):
        return f"{self.prefix}:recent:{{{account.hex()}}}".encode()

    def ends(self, account):
        return f"{self.prefix}:ends:{{{account.hex()}}}".encode()

    def shares(self, account):
        return f"{self.prefix}:shares:{{{account.hex()}}}".encode()

    def bound(self, binding):
        return f"{self.prefix}:bound:{binding.hex()}".encode()

    def account(self, account):
        return f"{self.prefix}:acct:{{{account.hex()}}}".encode()

    def outbox(self, number):
        return f"{self.prefix}:outbox:{number}".encode()

    def notices(self, number):
        return f"{self.prefix}:notices:{number}".encode()

    def single(self, name):
        return f"{self.prefix}:{name}".encode()

    def ready(self, tag):
        return f"{self.prefix}:{{{tag}}}:ready".encode()


def secret_record(expires, receipt_id, envelope):
    return b"\x01" + struct.pack(">Q", expires) + receipt_id + envelope


def read_secret_record(record):
    need(len(record) > 41 and record[0] == 1, "a secret's record of version 1")
    (expires,) = struct.unpack(">Q", record[1:9])
    return expires, record[9:41], record[41:]


@dataclass
class Receipt:
    """A receipt, from whichever store."""

    tag: str
    sid: bytes
    state: str
    created: int
    updated: int
    ttl: int
    owner: str | None
    recipient: str
    share_domain: str
    protected: bool
    sealed: bytes


def receipt_base(protected, secret_id, created, ttl):
    return bytes([protected]) + secret_id + struct.pack(">QI", created, ttl)


def read_receipt(tag, fields):
    base = fields[b"b"]
    need(len(base) == 45 and base[0] in (0, 1), "a receipt's base")
    created, ttl = struct.unpack(">QI", base[33:])
    owner = fields.get(b"o")
    return Receipt(
        tag=tag,
        sid=base[1:33],
        state=ENDINGS[fields.get(b"e")],
        created=created,
        updated=int(fields.get(b"u", created)),
        ttl=ttl,
        owner=None if owner is None else owner.decode(),
        recipient=fields.get(b"r", b"").decode(),
        share_domain=fields.get(b"h", b"").decode(),
        protected=base[0] == 1,
        sealed=fields.get(b"s", b""),
    )


def try_record(until, count):
    return struct.pack(">QI", until, count)


def read_try(value):
    need(len(value) == 12, "the tries of a network")
    return struct.unpack(">QI", value)


def outbox_base(secret_id, created, ttl):
    return secret_id + struct.pack(">QI", created, ttl)


def outbox_member(created, ttl, tag, serial):
    return struct.pack(">QI", created, ttl) + tag.encode() + serial


def read_outbox_member(member):
    need(len(member) == 31, "a member of the outbox index")
    created, ttl = struct.unpack(">QI", member[:12])
    return created, ttl, member[12:15].decode(), member[15:]


def outbox_set(serial):
    return serial[0] % 16


def outbox_score(due, created, ttl):
    return DEAD + created + ttl if due is None else due


def recent_member(number, blob):
    return struct.pack(">Q", number) + blob


def share_member(number, expires, tag, receipt_id):
    return struct.pack(">QQ", number, expires) + tag.encode() + receipt_id


def read_share_member(member):
    need(len(member) == 51, "a member of a list of shares")
    return struct.unpack(">Q", member[8:16])[0], member[16:19].decode(), member[19:]


def token_record(digest, created, expires, name):
    return digest + struct.pack(">QQ", created, expires or 0) + name.encode()


def read_token_record(record):
    need(len(record) > 48, "the record of a token")
    created, expires = struct.unpack(">QQ", record[32:48])
    return record[:32], created, expires or None, record[48:].decode()


def u64s(value):
    """Numbers of a single value in SQLite, each of 8 bytes."""
    if len(value) % 8:
        raise Damaged("a single value")
    return list(struct.unpack(f">{len(value) // 8}Q", value))
