"""Building blocks, the keyring, and ids: docs/dev/crypto.md, sections 2 to 4.

Nothing in this folder may be copied from `src`: that two programs agree is worth something only while neither was made from the other.
"""

import base64
import hashlib
import hmac
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

V = b"ots/v1/"


class Damaged(Exception):
    """Not what the page says it has to be."""


def need(holds, what):
    if not holds:
        raise Damaged(what)


# 2. Building blocks


def lp(*parts):
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def sha256(*parts):
    return hashlib.sha256(lp(*parts)).digest()


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def extract(root, *parts):
    return mac(root, lp(*parts))


def base(root, kind, key, x=b""):
    return extract(root, kind, key, x)


def sub(prk, label, entity=b""):
    """HKDF-Expand to 32 bytes: one block, so its counter is 1."""
    return mac(prk, lp(V, label, entity) + b"\x01")


def u64(number):
    return struct.pack(">Q", number)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def gcm_open(key, nonce, sealed, aad):
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise Damaged("the tag does not fit") from None


def gcm_seal(key, nonce, message, aad):
    return AESGCM(key).encrypt(nonce, message, aad)


# 3. Keyring


def kid(root):
    return sha256(V, b"kid", root)[:8]


class Keyring:
    """Root keys by their ids; the first one writes."""

    def __init__(self, roots):
        self.roots = {kid(root): root for root in roots}
        self.writer = kid(roots[0])

    @classmethod
    def parse(cls, text):
        entries = []
        for line in text.splitlines():
            if not line.lstrip().startswith("#"):
                entries += [entry.split() for entry in line.split(",") if entry.strip()]
        roots = []
        for first, *dates in entries:
            prefix, key = first[:10], from_base64url(first[10:])
            need(prefix == "readonce1:" and len(key) == 32, "a key line")
            for word in dates:
                name, value = word.split("=", 1)
                need(name in ("added", "since", "until") and value.isdigit(), "a date of a key line")
            roots.append(key)
        need(roots, "a keyring has a key")
        return cls(roots)

    def find(self, key_id):
        need(key_id in self.roots, f"key {key_id.hex()} is not in the keyring")
        return self.roots[key_id]


def split_blob(blob):
    """kid, nonce, ciphertext and tag of a blob (section 2)."""
    need(len(blob) >= 8 + 12 + 16, "a blob is shorter than its parts")
    return blob[:8], blob[8:20], blob[20:]


# 4. Keys of links, and ids


def tag_of(key):
    return key[:3]


def link_id(word, key):
    return sha256(V, b"id", word, key.encode())


def sid(link):
    return link_id(b"secret", link)


def mid(receipt):
    return link_id(b"meta", receipt)
