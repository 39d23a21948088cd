"""Everything else that is sealed or hashed: docs/dev/crypto.md, sections 7 to 13 and 18."""

from blocks import (
    V,
    base,
    extract,
    gcm_open,
    kid,
    lp,
    mac,
    mid,
    need,
    sha256,
    sid,
    split_blob,
    sub,
    tag_of,
    u64,
)

# 7. Links of receipts


def receipt_seal(root, key_id, receipt, secret_id):
    receipt_id = mid(receipt)
    key = sub(base(root, b"meta", receipt.encode()), b"meta/seal", receipt_id)
    return key, lp(V, b"aad-meta", key_id, receipt_id, secret_id)


def open_link(keyring, receipt, secret_id, blob):
    key_id, nonce, sealed = split_blob(blob)
    key, aad = receipt_seal(keyring.find(key_id), key_id, receipt, secret_id)
    text = gcm_open(key, nonce, sealed, aad).decode()
    link = text[1:] if text.startswith("=") else tag_of(receipt) + text
    need(sid(link) == secret_id, "the link of another secret")
    return link


# 8. Accounts and tokens


def account_id(email):
    return sha256(V, b"acct", email.strip().lower().encode())


def token_digest(account, token):
    return sha256(V, b"token", account, token.encode())


def binding(issuer, subject):
    return sha256(V, b"binding", issuer.encode(), subject.encode())


# 9. Lists of recent shares


def entry_seal(root, key_id, account, token):
    key = sub(extract(root, b"acct", token.encode()), b"recent/seal", account)
    return key, lp(V, b"aad-recent", key_id, account)


def open_entry(keyring, account, token, blob):
    key_id, nonce, sealed = split_blob(blob)
    key, aad = entry_seal(keyring.find(key_id), key_id, account, token)
    return gcm_open(key, nonce, sealed, aad).decode()


# 10. Notifications


def notification_id(tag, serial):
    return tag + serial.hex()


def notification_seal(root, key_id, name):
    key = sub(extract(root, b"outbox"), b"outbox/seal", name.encode())
    return key, lp(V, b"aad-outbox", key_id, name.encode())


def open_notification(keyring, tag, serial, blob):
    key_id, nonce, sealed = split_blob(blob)
    key, aad = notification_seal(keyring.find(key_id), key_id, notification_id(tag, serial))
    return read_notification(gcm_open(key, nonce, sealed, aad).decode())


def notice_serial(receipt_id, way):
    return sha256(V, b"id", b"notice", receipt_id, way)[:16]


def notice_seal(root, key_id, name):
    key = sub(extract(root, b"outbox"), b"notice/seal", name.encode())
    return key, lp(V, b"aad-notice", key_id, name.encode())


def open_notice(keyring, tag, serial, blob):
    key_id, nonce, sealed = split_blob(blob)
    key, aad = notice_seal(keyring.find(key_id), key_id, notification_id(tag, serial))
    return read_notice(gcm_open(key, nonce, sealed, aad).decode())


def read_notice(text):
    form, way, account, ends, receipt = text.split("\n")
    need((form, way) == ("notice 1", "mail"), "a notice of version 1")
    need(ends == "none" or set(ends.split(",")) <= {"read", "burned", "expired"}, "ends that are known")
    return {"account": bytes.fromhex(account), "ends": ends, "receipt": receipt}


def read_notification(text):
    form, to, sharer, link, share_domain, expires, protected, locale = text.split("\n")
    need(form == "letter 1" and protected in ("true", "false"), "a notification of version 1")
    return {
        "to": to,
        "sharer": sharer,
        "link": link,
        "share_domain": share_domain,
        "expires": int(expires),
        "protected": protected == "true",
        "locale": locale,
    }


# 11. Canary


def canary_seal(root, key_id):
    return sub(extract(root, b"canary"), b"canary/seal"), lp(V, b"aad-canary", key_id)


def open_canary(keyring, blob):
    key_id, nonce, sealed = split_blob(blob)
    key, aad = canary_seal(keyring.find(key_id), key_id)
    return gcm_open(key, nonce, sealed, aad).decode()


# 12. Network tags


def network_tag(root, network, tag):
    return sub(extract(root, b"net", network), b"net/tag", tag.encode())[:8]


# 13. Marks: captchas and pages


def captcha_mark(root, characters, shown):
    key = sub(extract(root, b"web"), b"web/type")
    return kid(root) + u64(shown) + mac(key, lp(V, u64(shown), characters.encode()))[:16]


def page_token(root, page, sid, network, given):
    key = sub(extract(root, b"web"), b"web/page")
    return page + kid(root) + u64(given) + mac(key, lp(V, u64(given), page, sid, network))[:16]


def form_mark(root, session, given):
    key = sub(extract(root, b"web"), b"web/form")
    return kid(root) + u64(given) + mac(key, lp(V, u64(given), session))[:16]


# 18. Cookies


def session_content(account, sessions, signed_in, method, number):
    return b"\x01" + account + u64(sessions) + u64(signed_in) + bytes([method]) + number


def cookie_seal(root, key_id, label):
    return sub(extract(root, b"cookie"), label), lp(V, b"aad-cookie", key_id, label)


def open_cookie(keyring, label, blob):
    key_id, nonce, sealed = split_blob(blob)
    key, aad = cookie_seal(keyring.find(key_id), key_id, label)
    return gcm_open(key, nonce, sealed, aad)
