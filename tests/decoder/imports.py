"""Imported secrets: docs/dev/crypto.md, section 6. What is not sealed anew is what another server made, inside our envelope."""

import base64
import hashlib
import re
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from blocks import need
from slow import argon2id_of, bcrypt_of, md5_chain


@dataclass
class Legacy:
    cipher: int
    site: str
    bcrypt: str
    sealed: bytes

    @classmethod
    def parse(cls, content):
        cipher, length = struct.unpack(">bH", content[:3])
        site, rest = content[3 : 3 + length], content[3 + length :]
        need(len(site) == length and len(rest) >= 60, "what was imported is shorter than its parts")
        return cls(cipher, site.decode(), rest[:60].decode(), rest[60:])


def evp_bytes_to_key(word):
    """OpenSSL's, with MD5, no salt and 2048 rounds: a key of 32 bytes and an IV of 16."""
    blocks, block = b"", b""
    while len(blocks) < 48:
        block = md5_chain(block + word)
        blocks += block
    return blocks[:32], blocks[32:48]


def legacy_words(cipher, site, link, passphrase):
    parts = {1: [link, passphrase], 2: [site, link, passphrase]}[cipher]
    return ":".join(part for part in parts if part)


def open_legacy_cipher(cipher, site, link, passphrase, sealed):
    if cipher == -1:
        return ""
    if cipher == 0:
        return sealed.decode()
    need(cipher in (1, 2), "a cipher")
    word = hashlib.sha256(legacy_words(cipher, site, link, passphrase).encode()).hexdigest().encode()
    key, iv = evp_bytes_to_key(word)
    need(sealed and len(sealed) % 16 == 0, "whole blocks")
    opener = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padded = opener.update(sealed) + opener.finalize()
    count = padded[-1]
    need(1 <= count <= 16 and padded.endswith(bytes([count]) * count), "the padding of PKCS #7")
    return padded[:-count].decode()


def open_legacy(content, link, passphrase):
    old = Legacy.parse(content)
    need(old.bcrypt[:4] in ("$2a$", "$2b$", "$2x$", "$2y$"), "a bcrypt string")
    setting = ("$2b$" + old.bcrypt[4:29]).encode()
    need(bcrypt_of(passphrase.encode()[:72], setting)[29:].decode() == old.bcrypt[29:], "the passphrase")
    return open_legacy_cipher(old.cipher, old.site, link, passphrase, old.sealed)


BCRYPT_SETTING = re.compile(r"\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{22}")
ARGON2ID_SETTING = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$")


def split_setting(body):
    """The setting before the ciphertext, with its length, and the ciphertext."""
    need(body and len(body) > 1 + body[0], "a setting before the ciphertext")
    end = 1 + body[0]
    return body[:end], body[end:]


def foreign_hash(setting, passphrase):
    """The whole text of a hash with this setting, as the other server would have stored it."""
    if found := BCRYPT_SETTING.fullmatch(setting):
        need(4 <= int(found[1]) <= 14, "a bcrypt cost")
        hashed = bcrypt_of(passphrase.encode()[:72], ("$2b$" + setting[4:]).encode())
        return setting + hashed[29:].decode()
    found = ARGON2ID_SETTING.fullmatch(setting)
    need(found, "a setting of bcrypt or Argon2id")
    memory, passes, lanes = (int(number) for number in found.groups()[:3])
    need(memory <= 65536 and passes <= 4 and lanes <= 8, "a setting that may be asked for")
    salt = base64.b64decode(found[4] + "=" * (-len(found[4]) % 4))
    digest = argon2id_of(passphrase.encode(), salt, memory, passes, lanes)
    return setting + base64.b64encode(digest).rstrip(b"=").decode()
