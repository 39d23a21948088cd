"""What is slow on purpose, remembered: the vectors ask for the same again and again."""

import hashlib
from functools import cache

import bcrypt


@cache
def bcrypt_of(word, setting):
    """The bcrypt string of at most 72 bytes; the setting is the string's beginning, up to the salt."""
    return bcrypt.hashpw(word, setting)


@cache
def md5_chain(block):
    for _ in range(2048):
        block = hashlib.md5(block).digest()
    return block
