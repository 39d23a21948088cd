"""Secrets: docs/dev/crypto.md, section 5."""

import struct
import unicodedata
from base64 import b64encode
from dataclasses import dataclass

import imports
from blocks import Damaged, V, base, base64url, gcm_open, lp, mac, need, sid, sub
from slow import bcrypt_of

HEAD, BLOCK = 90, 64
NONE, BCRYPT, LEGACY, IMPORTED = 0, 1, 4, 5


@dataclass
class Envelope:
    """The head's fields and what follows it."""

    raw: bytes

    def __post_init__(self):
        need(len(self.raw) >= HEAD + 16 and self.raw[:4] == b"OTs\x01", "an envelope of version 1")
        self.kid, self.kdf, self.cost = self.raw[4:12], self.raw[12], self.raw[13]
        self.salt, self.verifier = self.raw[14:30], self.raw[30:62]
        self.created, self.expires = struct.unpack(">QQ", self.raw[62:78])
        self.nonce, self.sealed = self.raw[78:90], self.raw[90:]

    def aad(self, secret_id, *between):
        return lp(V, b"aad", self.raw[:78], secret_id, *between)


def envelope_head(key_id, kdf, created, expires, cost=0, salt=bytes(16), verifier=bytes(32)):
    times = struct.pack(">QQ", created, expires)
    return b"OTs\x01" + key_id + bytes([kdf, cost]) + salt + verifier + times


def pad(content):
    framed = struct.pack(">I", len(content)) + content
    return framed + bytes(-len(framed) % BLOCK)


def unpad(padded):
    need(len(padded) >= 4, "a length")
    (length,) = struct.unpack(">I", padded[:4])
    content, rest = padded[4 : 4 + length], padded[4 + length :]
    need(len(content) == length and len(padded) % BLOCK == 0 and not any(rest), "the padding")
    return content


RADIX64 = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
RFC4648 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def bcrypt_string(word, cost, salt):
    digits = b64encode(salt).rstrip(b"=").translate(bytes.maketrans(RFC4648, RADIX64))
    return bcrypt_of(word, b"$2b$%02d$%s" % (cost, digits))


def prehash(root, link, secret_id, passphrase):
    pepper = sub(base(root, b"link", link.encode()), b"pass/pre", secret_id)
    return base64url(mac(pepper, passphrase.encode()))


def stretched(root, link, secret_id, passphrase, cost, salt):
    return bcrypt_string(prehash(root, link, secret_id, passphrase).encode(), cost, salt)


def secret_prk(root, link, x=b""):
    return base(root, b"link", link.encode(), x)


def open_secret(keyring, link, envelope, passphrase=None):
    """The value of an envelope, whichever of the four kinds it is."""
    root, secret_id = keyring.find(envelope.kid), sid(link)
    if envelope.kdf == LEGACY:
        dek = sub(secret_prk(root, link), b"legacy/dek", secret_id)
        content = unpad(gcm_open(dek, envelope.nonce, envelope.sealed, envelope.aad(secret_id)))
        return imports.open_legacy(content, link, passphrase)
    if envelope.kdf == IMPORTED:
        return open_imported(root, link, envelope, passphrase)
    x = b""
    if envelope.kdf == BCRYPT:
        need(4 <= envelope.cost <= 14, "a bcrypt cost")
        composed = unicodedata.normalize("NFC", passphrase)
        x = stretched(root, link, secret_id, composed, envelope.cost, envelope.salt)
    else:
        need(envelope.kdf == NONE and not any(envelope.raw[13:62]), "a head without a passphrase")
    prk = secret_prk(root, link, x)
    if envelope.kdf == BCRYPT:
        need(sub(prk, b"pass/verify", secret_id) == envelope.verifier, "the passphrase")
    dek = sub(prk, b"secret/dek", secret_id)
    return unpad(gcm_open(dek, envelope.nonce, envelope.sealed, envelope.aad(secret_id))).decode()


def open_imported(root, link, envelope, passphrase):
    """What was sealed anew under the hash that another server had: the passphrase as it was sent, or else composed."""
    need(not any(envelope.raw[13:30]), "a head without cost and salt")
    secret_id, (between, sealed) = sid(link), imports.split_setting(envelope.sealed)
    for form in dict.fromkeys((passphrase, unicodedata.normalize("NFC", passphrase))):
        prk = secret_prk(root, link, imports.foreign_hash(between[1:].decode(), form).encode())
        if sub(prk, b"pass/verify", secret_id) == envelope.verifier:
            dek = sub(prk, b"secret/dek", secret_id)
            return unpad(gcm_open(dek, envelope.nonce, sealed, envelope.aad(secret_id, between))).decode()
    raise Damaged("the passphrase")
