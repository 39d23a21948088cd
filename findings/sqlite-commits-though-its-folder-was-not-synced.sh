#!/usr/bin/env bash
# SQLite 3.54.1 (3.40.1 alike): a COMMIT under `synchronous=FULL` succeeds though the sync of the database's folder fails with EIO.
#
# The guess: a commit that reports success is durable. A new log or journal is one only under its name, so SQLite syncs its folder after the file's
# first sync, and a failure there is SQLITE_IOERR_DIR_FSYNC, as a failed sync of the file is SQLITE_IOERR_FSYNC.
# It syncs the folder and looks at no result: many systems cannot sync a folder, says `unixSync` in os_unix.c. The flag that asked for it is cleared, so it
# does not try again either; a folder that cannot be opened is passed over likewise. The first commits after a start may then be in a file that has no name
# after a power loss. Whoever relies on the first commit syncs the folder themselves, once the log is there.
#
# Seen with SQLite 3.54.1 (PyPI apsw 3.54.1.0): every sync of the folder fails: committed, 2 failures | every sync of the log fails: disk I/O error
# Exits 0 if it is still so. Needs strace (Debian's).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v strace >/dev/null || { apt-get update -q && apt-get install -q -y --no-install-recommends strace; }
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --target "$work/py" apsw==3.54.1.0
cat >"$work/commit.py" <<'PYTHON'
import os, sys
import apsw
try:
    db = apsw.Connection(sys.argv[1])
    db.execute("PRAGMA journal_mode = wal")
    db.execute("PRAGMA synchronous = full")
    db.execute("CREATE TABLE t (x)")
    print("committed", apsw.sqlite_lib_version(), flush=True)
except apsw.IOError as error:
    print(error, flush=True)
os._exit(0)  # as a power loss would, without closing anything
PYTHON
tried() { # what fails, by its path
  mkdir "$work/$1"
  strace -f -o "$work/$1.trace" -P "$work/$1$2" -e trace=fsync,fdatasync -e inject=fsync,fdatasync:error=EIO \
    env PYTHONPATH="$work/py" python3 "$work/commit.py" "$work/$1/x.db"
}
folder=$(tried folder "") log=$(tried log /x.db-wal)
failures=$(grep -c INJECTED "$work/folder.trace")
echo "every sync of the folder fails: $folder, $failures failures | every sync of the log fails: $log"
[[ $folder == committed* && $failures -gt 0 && $log == *"I/O error"* ]]
