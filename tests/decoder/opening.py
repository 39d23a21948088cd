"""Opens what lies in a store, given what its readers have: links, receipt keys, passphrases, a token; and the keyring."""

from pathlib import Path

import blobs
import blocks
import envelopes
import stores
from blocks import need


def run(job):
    """What the job's keys open. `shares` is a list of `link`, `receipt` and `passphrase`; `account` has `email` and `token`."""
    store = stores.Sqlite(job["sqlite"]) if "sqlite" in job else stores.Redis(job["redis"])
    keyring = blocks.Keyring.parse(Path(job["keyring"]).read_text())
    network = bytes(map(int, job["network"].split(".")))
    email, token = job["account"]["email"], job["account"]["token"]
    account_id = blobs.account_id(email)
    entries = store.recent(account_id)
    return {
        "canary": blobs.open_canary(keyring, store.canary()),
        "canary_key": store.canary()[:8].hex(),
        "shares": [share(store, keyring, network, **given) for given in job["shares"]],
        "account": account(store, account_id, token),
        "mine": [receipt_id.hex() for receipt_id in store.shares(account_id)],
        "recent": [blobs.open_entry(keyring, account_id, token, blob) for blob in entries],
        "notifications": [notification(keyring, waiting) for waiting in store.notifications()],
        "notices": sorted((notice(keyring, waiting, account_id) for waiting in store.notices()), key=str),
        "legacy": store.legacy(),
    }


def share(store, keyring, network, link, receipt, passphrase=None):
    """A secret by its link, its receipt by the receipt key, and what either says of the other."""
    found, raw = store.receipt(receipt), store.envelope(link)
    total, windows = store.tries(link)
    writer = blobs.network_tag(keyring.find(keyring.writer), network, blocks.tag_of(link))
    opened = {
        "mid": blocks.mid(receipt).hex(),
        "state": found.state,
        "protected": found.protected,
        "ttl": found.ttl,
        "owner": found.owner,
        "recipient": found.recipient,
        "tries": total,
        "tries_of_network": windows.pop(writer, 0),
        "tries_of_others": len(windows),
        "link": None,
        "value": None,
    }
    # A receipt from another server may not have named its secret any more.
    named = (blocks.sid(link), blocks.link_id(b"no secret", receipt))
    need(found.sid in named, "the receipt names its secret")
    if found.sealed:
        opened["link"] = blobs.open_link(keyring, receipt, found.sid, found.sealed)
    if raw is not None:
        envelope = envelopes.Envelope(raw)
        need(envelope.created == found.created, "secret and receipt began together")
        need(envelope.expires == found.created + found.ttl, "the secret ends when its receipt says")
        need(bool(envelope.kdf) == found.protected, "secret and receipt agree on the passphrase")
        opened["kdf"], opened["key"] = envelope.kdf, envelope.kid.hex()
        opened["value"] = envelopes.open_secret(keyring, link, envelope, passphrase)
        opened["guarded"] = envelope.kdf == envelopes.NONE or not opens(keyring, link, envelope, "x" + passphrase)
    return opened


def opens(keyring, link, envelope, passphrase):
    """Whether a passphrase opens an envelope."""
    try:
        envelopes.open_secret(keyring, link, envelope, passphrase)
        return True
    except blocks.Damaged:
        return False


def account(store, account_id, token):
    found = store.account(account_id)
    digest = blobs.token_digest(account_id, token)
    shown = {"notify": found.notify}
    shown |= {"email": found.email, "plan": found.plan, "disabled": found.disabled, "locale": found.locale}
    tokens = sorted(named.name for named in store.tokens(account_id))
    return shown | {"token_fits": found.token == digest, "tokens": tokens}


def notification(keyring, waiting):
    read = blobs.open_notification(keyring, waiting.tag, waiting.serial, waiting.sealed)
    need(read["expires"] == waiting.expires, "a notification ends with its secret")
    need(blocks.tag_of(read["link"]) == waiting.tag, "a notification has its secret's tag")
    del read["expires"]
    return read | {"attempts": waiting.attempts, "failure": waiting.failure, "dead": waiting.due is None}


def notice(keyring, waiting, account_id):
    read = blobs.open_notice(keyring, waiting.tag, waiting.serial, waiting.sealed)
    need(waiting.serial == blobs.notice_serial(waiting.mid, b"mail"), "a receipt leads to its notice")
    need(read.pop("account") == account_id, "whom it tells")
    need((waiting.end is None) == (waiting.ended is None), "an end and its time")
    return read | {"end": waiting.end}
