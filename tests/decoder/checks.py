"""What each vector of docs/dev/crypto.md says, computed: a function for each kind."""

import datetime

import blobs
import blocks
import envelopes
import imports
import layouts
from blocks import need

CHECKS = {}


def check(*names):
    """What the function answers has to be what the vectors say, field by field."""

    def register(function):
        CHECKS.update(dict.fromkeys(names, function))
        return function

    return register


def blob(v, key, message, aad):
    """A blob under the vector's root key and nonce."""
    return blocks.kid(v.root) + v.nonce + blocks.gcm_seal(key, v.nonce, message, aad)


def opens_to(opened, expected):
    need(opened == expected, "it does not open to what was sealed")


@check("lp")
def _(v):
    parts = v.first.encode(), v.second, v.third.encode()
    return {"lp": blocks.lp(*parts), "sha256": blocks.sha256(*parts)}


@check("derivation")
def _(v):
    prk = blocks.base(v.root, v.kind.encode(), v.key.encode(), v.x)
    return {"prk": prk, "sub": blocks.sub(prk, v.label.encode(), v.id)}


@check("keyring")
def _(v):
    ring = blocks.Keyring.parse(v.file)
    first, second = ring.roots.values()
    need(ring.writer == blocks.kid(first), "the first key writes")
    return {
        "first-root": first,
        "first-kid": blocks.kid(first),
        "second-root": second,
        "second-kid": blocks.kid(second),
    }


@check("ids", "ids-imported", "ids-imported-long")
def _(v):
    return {
        "tag": blocks.tag_of(v.link),
        "receipt-tag": blocks.tag_of(v.receipt),
        "sid": blocks.sid(v.link),
        "mid": blocks.mid(v.receipt),
        "mid-without-receipt-key": blocks.link_id(b"no meta", v.link),
        "sid-without-link": blocks.link_id(b"no secret", v.receipt),
    }


def sealed_secret(v, head, dek, content, *between):
    aad = blocks.lp(blocks.V, b"aad", head, blocks.sid(v.link), *between)
    padded = envelopes.pad(content)
    envelope = head + v.nonce + b"".join(between) + blocks.gcm_seal(dek, v.nonce, padded, aad)
    passphrase = v.passphrase if "passphrase" in v else None
    opened = envelopes.open_secret(blocks.Keyring([v.root]), v.link, envelopes.Envelope(envelope), passphrase)
    opens_to(opened, v.value)
    return {"sid": blocks.sid(v.link), "dek": dek, "aad": aad, "padded": padded, "envelope": envelope}


@check("secret-1-none")
def _(v):
    head = envelopes.envelope_head(blocks.kid(v.root), envelopes.NONE, v.created, v.expires)
    dek = blocks.sub(envelopes.secret_prk(v.root, v.link), b"secret/dek", blocks.sid(v.link))
    return sealed_secret(v, head, dek, v.value.encode())


@check("secret-1-bcrypt")
def _(v):
    sid = blocks.sid(v.link)
    x = envelopes.stretched(v.root, v.link, sid, v.passphrase, v.cost, v.salt)
    prk = envelopes.secret_prk(v.root, v.link, x)
    verifier = blocks.sub(prk, b"pass/verify", sid)
    head = envelopes.envelope_head(blocks.kid(v.root), envelopes.BCRYPT, v.created, v.expires, v.cost, v.salt, verifier)
    computed = {"p": envelopes.prehash(v.root, v.link, sid, v.passphrase), "h": x.decode(), "verifier": verifier}
    return computed | sealed_secret(v, head, blocks.sub(prk, b"secret/dek", sid), v.value.encode())


@check("secret-1-legacy")
def _(v):
    head = envelopes.envelope_head(blocks.kid(v.root), envelopes.LEGACY, v.created, v.expires)
    dek = blocks.sub(envelopes.secret_prk(v.root, v.link), b"legacy/dek", blocks.sid(v.link))
    content = legacy(v)
    return {"content": content} | sealed_secret(v, head, dek, content)


@check("secret-1-imported-argon2id", "secret-1-imported-bcrypt")
def _(v):
    sid, hashed = blocks.sid(v.link), imports.foreign_hash(v.setting, v.passphrase)
    prk = envelopes.secret_prk(v.root, v.link, hashed.encode())
    verifier = blocks.sub(prk, b"pass/verify", sid)
    head = envelopes.envelope_head(blocks.kid(v.root), envelopes.IMPORTED, v.created, v.expires, verifier=verifier)
    between = bytes([len(v.setting)]) + v.setting.encode()
    dek = blocks.sub(prk, b"secret/dek", sid)
    computed = {"hash": hashed, "verifier": verifier}
    return computed | sealed_secret(v, head, dek, v.value.encode(), between)


def legacy(v):
    site = v.site.encode()
    content = v.cipher.to_bytes(1, "big", signed=True) + len(site).to_bytes(2, "big") + site
    return content + v.bcrypt.encode() + v.ciphertext


@check("legacy-cipher-empty", "legacy-cipher-plain", "legacy-cipher-link", "legacy-cipher-secret")
def _(v):
    content = legacy(v)
    link = v.link if "link" in v else None  # the first two ciphers have no key
    return {"content": content, "value": imports.open_legacy(content, link, v.passphrase)}


@check("receipt-link-1", "receipt-link-1-whole", "receipt-link-1-long")
def _(v):
    sid, shared = blocks.sid(v.link), blocks.tag_of(v.link) == blocks.tag_of(v.receipt) and len(v.link) == 31
    key, aad = blobs.receipt_seal(v.root, blocks.kid(v.root), v.receipt, sid)
    message = v.link[3:] if shared else "=" + v.link
    sealed = blob(v, key, message.encode(), aad)
    opens_to(blobs.open_link(blocks.Keyring([v.root]), v.receipt, sid, sealed), v.link)
    return {"key": key, "aad": aad, "message": message, "blob": sealed}


@check("account-1")
def _(v):
    account = blobs.account_id(v.email)
    digest = blobs.token_digest(account, v.token)
    return {"id": account, "digest": digest, "token-id": digest[:8]}


@check("binding-1")
def _(v):
    binding = blobs.binding(v.issuer, v.subject)
    return {"binding": binding, "redis-key": layouts.Keys("ro").bound(binding)}


@check("recent-1")
def _(v):
    account = blobs.account_id(v.email)
    key, aad = blobs.entry_seal(v.root, blocks.kid(v.root), account, v.token)
    sealed = blob(v, key, v.receipt.encode(), aad)
    opens_to(blobs.open_entry(blocks.Keyring([v.root]), account, v.token, sealed), v.receipt)
    return {"key": key, "aad": aad, "blob": sealed}


@check("notification-1")
def _(v):
    name = blobs.notification_id(v.tag, v.serial)
    key, aad = blobs.notification_seal(v.root, blocks.kid(v.root), name)
    sealed = blob(v, key, v.content.encode(), aad)
    read = blobs.open_notification(blocks.Keyring([v.root]), v.tag, v.serial, sealed)
    fields = {"to", "sharer", "link", "share_domain", "expires", "protected", "locale"}
    need(read.keys() == fields, "a notification has seven fields")
    shown = {name.replace("_", "-"): field for name, field in read.items()}
    shown["protected"] = str(read["protected"]).lower()
    return {"id": name, "key": key, "aad": aad, "blob": sealed} | shown


@check("notice-1")
def _(v):
    serial = blobs.notice_serial(v.mid, b"mail")
    name = blobs.notification_id(v.tag, serial)
    key, aad = blobs.notice_seal(v.root, blocks.kid(v.root), name)
    sealed = blob(v, key, v.content.encode(), aad)
    read = blobs.open_notice(blocks.Keyring([v.root]), v.tag, serial, sealed)
    return {"serial": serial, "id": name, "key": key, "aad": aad, "blob": sealed} | read


@check("canary-1")
def _(v):
    key, aad = blobs.canary_seal(v.root, blocks.kid(v.root))
    sealed = blob(v, key, v.word.encode(), aad)
    opens_to(blobs.open_canary(blocks.Keyring([v.root]), sealed), "readonce")
    return {"key": key, "aad": aad, "blob": sealed}


@check("network-tag-1-ipv4", "network-tag-1-ipv6")
def _(v):
    return {"network-tag": blobs.network_tag(v.root, v.network, v.tag)}


@check("captcha-mark-1")
def _(v):
    mark = blobs.captcha_mark(v.root, v.characters, v.shown)
    return {"mark": mark, "sent": blocks.base64url(mark)}


@check("page-mark-1")
def _(v):
    token = blobs.page_token(v.root, v.page, v.sid, v.network, v.given)
    return {"mark": token[16:], "sent": blocks.base64url(token)}


@check("form-mark-1")
def _(v):
    mark = blobs.form_mark(v.root, v.session, v.given)
    return {"mark": mark, "sent": blocks.base64url(mark)}


@check("cookie-session-1")
def _(v):
    content = blobs.session_content(v.account, v.sessions, v.signed_in, v.method, v.number)
    return {"content": content} | cookie(v, b"cookie/session", content)


@check("cookie-provider-1")
def _(v):
    return cookie(v, b"cookie/provider", v.content)


def cookie(v, label, content):
    key, aad = blobs.cookie_seal(v.root, blocks.kid(v.root), label)
    sealed = blob(v, key, content, aad)
    opens_to(blobs.open_cookie(blocks.Keyring([v.root]), label, sealed), content)
    return {"key": key, "aad": aad, "sent": blocks.base64url(sealed)}


@check("audit-1")
def _(v):
    prk = blocks.extract(v.root, b"audit")
    ids, chain = blocks.sub(prk, b"audit/ids"), blocks.sub(prk, b"audit/chain")
    pseudonym = blocks.mac(ids, blocks.lp(v.kind.encode(), v.value))[:8]
    return {"pseudonym": pseudonym, "mac": blocks.mac(chain, blocks.lp(bytes(32), v.line.encode()))}


@check("sqlite-singles")
def _(v):
    copied, restored, beat = blocks.u64(v.made), b"".join(map(blocks.u64, (v.at, v.made))), blocks.u64(v.writes)
    restored += b"".join(map(blocks.u64, (v.confirmed, v.ended, v.refused, v.accepted)))
    need(layouts.u64s(restored)[1:2] == layouts.u64s(copied), "both name the moment of the copy")
    clock = b"".join(map(blocks.u64, (v.at, v.uptime, v.until)))
    return {"copied": copied, "restored": restored, "beat": beat, "clock": clock}


@check("redis-keys")
def _(v):
    keys = layouts.Keys(v.prefix)
    return {
        "secret": keys.slot(v.tag, "s", v.sid),
        "receipt": keys.slot(v.tag, "m", v.mid),
        "tries": keys.slot(v.tag, "f", v.sid),
        "notification": keys.slot(v.tag, "o", v.serial),
        "outbox": keys.outbox(layouts.outbox_set(v.serial)),
        "notice": keys.slot(v.tag, "n", v.serial),
        "notices": keys.notices(layouts.outbox_set(v.serial)),
        "notices-turn": keys.single("notices:turn"),
        "recent": keys.recent(v.account),
        "account-key": keys.account(v.account),
        "accounts": keys.single("accounts"),
        "legacy": keys.single("legacy"),
        "canary": keys.single("canary"),
        "ready": keys.ready(v.tag),
    }


@check("redis-secret-1")
def _(v):
    record = layouts.secret_record(v.expires, v.mid, v.envelope)
    expires, _, envelope = layouts.read_secret_record(record)
    need(envelopes.Envelope(envelope).expires == expires, "record and envelope expire together")
    return {"record": record}


def raw(field):
    return field if isinstance(field, bytes) else field.encode()


@check("redis-receipt-new", "redis-receipt-ended")
def _(v):
    base = layouts.receipt_base(v.protected, v.sid, v.created, v.ttl)
    names = {"field-e": b"e", "field-u": b"u", "field-o": b"o", "field-r": b"r", "field-h": b"h", "field-s": b"s"}
    fields = {b"b": base} | {short: raw(getattr(v, long)) for long, short in names.items() if long in v}
    read = layouts.read_receipt("abc", fields)
    shown = {"state": read.state, "updated": read.updated, "recipient": read.recipient}
    shown |= {"share-domain": read.share_domain, "sealed": read.sealed}
    return {"field-b": base} | shown | ({} if read.owner is None else {"owner": read.owner})


@check("redis-tries")
def _(v):
    return {"field": layouts.try_record(v.until, v.count)}


@check("redis-outbox")
def _(v):
    member = layouts.outbox_member(v.created, v.ttl, v.tag, v.serial)
    need(layouts.read_outbox_member(member) == (v.created, v.ttl, v.tag, v.serial), "a member is read as written")
    return {
        "field-b": layouts.outbox_base(v.sid, v.created, v.ttl),
        "member": member,
        "set": layouts.outbox_set(v.serial),
        "score-of-new": layouts.outbox_score(v.created, v.created, v.ttl),
        "score-of-dead": layouts.outbox_score(None, v.created, v.ttl),
    }


@check("redis-recent")
def _(v):
    return {"member": layouts.recent_member(v.number, v.blob)}


@check("redis-ends")
def _(v):
    member = layouts.recent_member(v.number, v.blob)
    return {
        "key": layouts.Keys("ro").ends(v.account),
        "member": member,
        "field": member[: layouts.ENDS_FIELD],
        "value": str(v.expires),
    }


@check("redis-token")
def _(v):
    day = (datetime.date.fromisoformat(v.last_use) - datetime.date(1970, 1, 1)).days
    record = layouts.token_record(v.digest, v.created, v.expires, v.name)
    return {"field": b"k" + v.digest[:8], "record": record, "day": str(day)}


@check("redis-shares")
def _(v):
    member = layouts.share_member(v.number, v.expires, v.tag, v.mid)
    return {"key": layouts.Keys("ro").shares(v.account), "member": member}


@check("sqlite-singles-legacy")
def _(v):
    return {"legacy": blocks.u64(v.until)}


@check("redis-legacy")
def _(v):
    return {"member": v.tag.encode() + v.sid}
