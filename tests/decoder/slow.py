"""What is slow on purpose, remembered: the vectors ask for the same again and again."""

import hashlib
from functools import cache

import bcrypt
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


@cache
def bcrypt_of(word, setting):
    """The bcrypt string of at most 72 bytes; the setting is the string's beginning, up to the salt."""
    return bcrypt.hashpw(word, setting)


@cache
def md5_chain(block):
    for _ in range(2048):
        block = hashlib.md5(block).digest()
    return block


@cache
def argon2id_of(word, salt, memory, passes, lanes):
    """The 32 bytes of Argon2id; the memory is in KiB."""
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(word)
