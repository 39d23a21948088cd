#!/usr/bin/env python3
"""Run v1 contract cases against a server.  Usage:
   run_cases.py BASE_URL USER TOKEN CASES.json [--only SUBSTR] [--skip-slow] [-v]
Stdlib only. The case format is described in README.md beside this file."""
import base64
import http.client
import json
import re
import secrets
import sys
import threading
import time
import urllib.parse

TIMEOUT = 60


class Fail(Exception):
    pass


MISSING = object()


# ------------------------------------------------------------ placeholders
PH = re.compile(r"\{\{\s*([A-Za-z0-9_]+)(?::([^{}]*))?\s*\}\}")


def lookup(name, arg, var):
    if name == "repeat" and arg is not None:
        text, _, count = arg.rpartition(":")
        return text * int(count)
    if name == "now":
        return int(time.time())
    if name not in var:
        raise Fail("placeholder {{%s}} was never captured" % name)
    return var[name]


def subst(obj, var):
    if isinstance(obj, str):
        whole = PH.fullmatch(obj)
        if whole:
            return lookup(whole.group(1), whole.group(2), var)
        return PH.sub(lambda m: str(lookup(m.group(1), m.group(2), var)), obj)
    if isinstance(obj, list):
        return [subst(x, var) for x in obj]
    if isinstance(obj, dict):
        return {k: subst(v, var) for k, v in obj.items()}
    return obj


# ------------------------------------------------------------ request
def pairs_of(params):
    """Flatten to (name, text) pairs; nested values become a[b] / a[]."""
    out = []

    def add(name, val):
        if isinstance(val, dict):
            for k, v in val.items():
                add("%s[%s]" % (name, k), v)
        elif isinstance(val, list):
            for v in val:
                add(name + "[]", v)
        elif isinstance(val, bool):
            out.append((name, "true" if val else "false"))
        elif val is None:
            out.append((name, ""))
        else:
            out.append((name, str(val)))

    items = params.items() if isinstance(params, dict) else [tuple(p) for p in params]
    for name, val in items:
        add(name, val)
    return out


def auth_header(kind, var):
    def basic(user, tok):
        raw = ("%s:%s" % (user, tok)).encode()
        return "Basic " + base64.b64encode(raw).decode()

    if kind in (None, "anon"):
        return None
    if kind == "owner":
        return basic(var["user"], var["token"])
    if kind == "wrong_token":
        return basic(var["user"], "x" + var["token"] + "x")
    if kind == "unknown_user":
        return basic("nobody-" + secrets.token_hex(4) + "@example.com", var["token"])
    if kind == "empty_token":
        return basic(var["user"], "")
    if kind.startswith("raw:"):
        return kind[4:]
    raise Fail("unknown auth kind %r" % kind)


def build(step, var):
    method = step.get("method", "GET").upper()
    path = subst(step["path"], var)
    params = subst(step.get("params"), var) if "params" in step else None
    enc = step.get("encoding") or ("form" if params is not None else "none")
    headers = {"Accept": "application/json", "Connection": "close"}
    query = list(pairs_of(subst(step["query"], var))) if "query" in step else []
    body = None
    if enc == "query":
        query += pairs_of(params or {})
    elif enc == "form":
        body = urllib.parse.urlencode(pairs_of(params or {})).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif enc == "multipart":
        mark = "----case" + secrets.token_hex(12)
        chunks = []
        for k, v in pairs_of(params or {}):
            chunks.append(('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
                           % (mark, k, v)).encode())
        chunks.append(("--%s--\r\n" % mark).encode())
        body = b"".join(chunks)
        headers["Content-Type"] = "multipart/form-data; boundary=" + mark
    elif enc == "json":
        body = json.dumps(params if params is not None else {}, ensure_ascii=False).encode()
        headers["Content-Type"] = "application/json"
    elif enc == "raw":
        body = subst(step.get("body", ""), var).encode("latin-1", "replace")
    elif enc != "none":
        raise Fail("unknown encoding %r" % enc)
    if query:
        path += ("&" if "?" in path else "?") + urllib.parse.urlencode(query)
    for k, v in (step.get("headers") or {}).items():
        headers[k] = subst(v, var)
    auth = auth_header(subst(step.get("auth", "anon"), var), var)
    if auth is not None:
        headers["Authorization"] = auth
    return method, path, headers, body


class Answer:
    def __init__(self, status, headers, raw):
        self.status = status
        self.headers = headers
        self.raw = raw
        self.text = raw.decode("utf-8", "replace")
        try:
            self.json = json.loads(self.text)
            self.is_json = True
        except ValueError:
            self.json, self.is_json = None, False

    def brief(self):
        return "status %d, body %s" % (self.status, self.text[:300].replace("\n", " "))


def send(base, req):
    method, path, headers, body = req
    url = urllib.parse.urlsplit(base)
    cls = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    conn = cls(url.hostname, url.port, timeout=TIMEOUT)
    try:
        if body is not None or method in ("POST", "PUT", "PATCH"):
            headers = dict(headers, **{"Content-Length": str(len(body or b""))})
        conn.request(method, url.path.rstrip("/") + path, body=body, headers=headers)
        res = conn.getresponse()
        raw = res.read()
        return Answer(res.status, {k.lower(): v for k, v in res.getheaders()}, raw)
    finally:
        conn.close()


# ------------------------------------------------------------ matching
def get_path(doc, path):
    if path == "":
        return doc
    cur = doc
    for part in path.split("."):
        if isinstance(cur, list) and re.fullmatch(r"-?\d+", part):
            idx = int(part)
            if not -len(cur) <= idx < len(cur):
                return MISSING
            cur = cur[idx]
        elif isinstance(cur, dict) and part in cur:
            cur = cur[part]
        else:
            return MISSING
    return cur


def kind_of(v):
    if v is None:
        return "null"
    if isinstance(v, bool):
        return "bool"
    if isinstance(v, int):
        return "int"
    if isinstance(v, float):
        return "float"
    if isinstance(v, str):
        return "string"
    return "array" if isinstance(v, list) else "object"


def is_num(v):
    return isinstance(v, (int, float)) and not isinstance(v, bool)


def ok(matcher, v):
    try:
        check(matcher, v)
        return True
    except Fail:
        return False


def check(m, v):
    """Raise Fail when value v does not satisfy matcher m."""
    shown = "absent" if v is MISSING else json.dumps(v, ensure_ascii=False)[:160]
    if isinstance(m, dict) and any(k.startswith("$") for k in m):
        for op, arg in m.items():
            if op == "$absent":
                if (v is MISSING) != bool(arg):
                    raise Fail("wanted %s, got %s" % ("absent" if arg else "present", shown))
                continue
            if op == "$absent_or":
                if v is not MISSING:
                    check(arg, v)
                continue
            if v is MISSING:
                raise Fail("absent, wanted %s" % json.dumps(m)[:160])
            if op == "$in":
                good = any(ok(a, v) for a in arg)
            elif op == "$re":
                good = isinstance(v, str) and re.search(arg, v, re.S) is not None
            elif op == "$ge":
                good = is_num(v) and is_num(arg) and v >= arg
            elif op == "$le":
                good = is_num(v) and is_num(arg) and v <= arg
            elif op == "$len":
                good = isinstance(v, (str, list, dict)) and len(v) == arg
            elif op == "$minlen":
                good = isinstance(v, (str, list, dict)) and len(v) >= arg
            elif op == "$maxlen":
                good = isinstance(v, (str, list, dict)) and len(v) <= arg
            elif op == "$ne":
                good = not (kind_of(v) == kind_of(arg) and v == arg)
            elif op == "$near":
                good = is_num(v) and abs(v - arg[0]) <= arg[1]
            elif op == "$prefix_of":
                good = isinstance(v, str) and v != "" and str(arg).startswith(v)
            elif op == "$any":
                good = isinstance(v, list) and any(ok(arg, x) for x in v)
            elif op == "$all":
                good = isinstance(v, list) and all(ok(arg, x) for x in v)
            elif op == "$none":
                good = isinstance(v, list) and not any(ok(arg, x) for x in v)
            else:
                raise Fail("unknown operator %s" % op)
            if not good:
                raise Fail("%s does not satisfy %s" % (shown, json.dumps({op: arg}, ensure_ascii=False)[:160]))
        return
    if v is MISSING:
        raise Fail("absent, wanted %s" % json.dumps(m)[:160])
    if isinstance(m, str) and m in ("<int>", "<string>", "<bool>", "<array>", "<object>", "<null>", "<number>", "<any>"):
        want = m[1:-1]
        if want == "any" or want == kind_of(v) or (want == "number" and is_num(v)):
            return
        raise Fail("%s is %s, wanted %s" % (shown, kind_of(v), want))
    if isinstance(m, dict):
        if not isinstance(v, dict):
            raise Fail("%s is not an object" % shown)
        for k, sub in m.items():
            try:
                check(sub, v.get(k, MISSING))
            except Fail as ex:
                raise Fail("%s: %s" % (k, ex))
        return
    if isinstance(m, list):
        if not isinstance(v, list) or len(m) != len(v):
            raise Fail("%s differs from %s" % (shown, json.dumps(m)[:160]))
        for a, b in zip(m, v):
            check(a, b)
        return
    if kind_of(m) != kind_of(v) or m != v:
        raise Fail("%s (%s), wanted %s (%s)" % (shown, kind_of(v), json.dumps(m, ensure_ascii=False)[:160], kind_of(m)))


def verify(exp, ans):
    if "status" in exp:
        want = exp["status"] if isinstance(exp["status"], list) else [exp["status"]]
        if ans.status not in want:
            raise Fail("status %d, wanted %s" % (ans.status, want))
    if "content_type" in exp:
        got = ans.headers.get("content-type", "")
        if not got.lower().startswith(exp["content_type"].lower()):
            raise Fail("content-type %r, wanted %r" % (got, exp["content_type"]))
    for name, m in (exp.get("headers") or {}).items():
        try:
            check(m, ans.headers.get(name.lower(), MISSING))
        except Fail as ex:
            raise Fail("header %s: %s" % (name, ex))
    if ("json" in exp or "absent" in exp) and not ans.is_json:
        raise Fail("body is not JSON")
    for path, m in (exp.get("json") or {}).items():
        try:
            check(m, get_path(ans.json, path))
        except Fail as ex:
            raise Fail("%s: %s" % (path or "(body)", ex))
    for path in exp.get("absent") or []:
        if get_path(ans.json, path) is not MISSING:
            raise Fail("%s should be absent" % path)
    for text in exp.get("text_excludes") or []:
        if text in ans.text:
            raise Fail("body contains %r" % text[:60])
    if "any_of" in exp:
        why = []
        for alt in exp["any_of"]:
            try:
                verify(alt, ans)
                break
            except Fail as ex:
                why.append(str(ex))
        else:
            raise Fail("no alternative holds: " + " | ".join(why))


# ------------------------------------------------------------ cases
def run_parallel(base, req, n):
    out, gate = [None] * n, threading.Barrier(n)

    def one(i):
        try:
            gate.wait()
            out[i] = send(base, req)
        except Exception as ex:  # reported below
            out[i] = ex

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return out


def run_case(base, user, token, case):
    var = {"user": user, "token": token, "uniq": secrets.token_hex(6)}
    for num, step in enumerate(case["steps"], 1):
        ans = None
        try:
            if step.get("wait_s"):
                time.sleep(step["wait_s"])
            exp = subst(step.get("expect", {}), var)
            n = step.get("parallel", 0)
            if n:
                answers = run_parallel(base, build(step, var), n)
                for a in answers:
                    if isinstance(a, Exception):
                        raise Fail("request failed: %r" % a)
                counts = {}
                for a in answers:
                    counts[str(a.status)] = counts.get(str(a.status), 0) + 1
                ans = answers[0]
                if "status_counts" in exp and counts != exp["status_counts"]:
                    raise Fail("status counts %s, wanted %s" % (counts, exp["status_counts"]))
                rest = {k: v for k, v in exp.items() if k != "status_counts"}
                for a in answers:
                    ans = a
                    verify(rest, a)
            else:
                for _ in range(step.get("repeat", 1)):
                    ans = send(base, build(step, var))
                    verify(exp, ans)
            for name, path in (step.get("capture") or {}).items():
                val = get_path(ans.json, path) if ans.is_json else MISSING
                if val is MISSING:
                    raise Fail("cannot capture %s" % path)
                var[name] = val
        except Fail as ex:
            raise Fail("step %d %s %s: %s%s" % (num, step.get("method", "GET"), step["path"], ex,
                                                "" if ans is None else "\n      got " + ans.brief()))
        except (OSError, http.client.HTTPException, ValueError) as ex:
            raise Fail("step %d %s %s: %s: %s" % (num, step.get("method", "GET"), step["path"], type(ex).__name__, ex))


def main(argv):
    args, opts, it = [], {"only": None, "skip": False, "v": False}, iter(argv)
    for a in it:
        if a == "--only":
            opts["only"] = next(it, "")
        elif a == "--skip-slow":
            opts["skip"] = True
        elif a in ("-v", "--verbose"):
            opts["v"] = True
        else:
            args.append(a)
    if len(args) != 4:
        print(__doc__)
        return 2
    base, user, token, path = args
    with open(path, encoding="utf-8") as fh:
        doc = json.load(fh)
    if doc.get("schema") != 1:
        print("unsupported schema in %s" % path)
        return 2
    cases = [c for c in doc["cases"] if not opts["only"] or opts["only"] in c["name"]]
    if opts["skip"]:
        cases = [c for c in cases if "slow" not in c.get("tags", [])]
    results = {}

    def do(case):
        try:
            run_case(base, user, token, case)
            results[case["name"]] = None
        except Fail as ex:
            results[case["name"]] = str(ex)
        except Exception as ex:
            results[case["name"]] = "runner error %s: %s" % (type(ex).__name__, ex)

    slow = [threading.Thread(target=do, args=(c,)) for c in cases if "slow" in c.get("tags", [])]
    for t in slow:
        t.start()
    for c in cases:
        if "slow" not in c.get("tags", []):
            do(c)
    for t in slow:
        t.join()
    passed = failed = 0
    for c in cases:
        why = results[c["name"]]
        if why is None:
            passed += 1
            if opts["v"]:
                print("ok    %s" % c["name"])
        else:
            failed += 1
            print("FAIL  %s\n      %s" % (c["name"], why))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
