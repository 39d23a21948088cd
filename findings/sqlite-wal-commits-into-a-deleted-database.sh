#!/usr/bin/env bash
# SQLite 3.54.1: the guard that refuses to write to a database file that was deleted, moved or replaced does not exist in WAL mode.
#
# The guess: SQLite notices that the file behind an open connection is no longer the one its name leads to, and answers SQLITE_READONLY_DBMOVED (1032).
# It does, with a rollback journal. With `journal_mode=wal` the same four accidents (rename, unlink, another file put in its place, the folder renamed)
# go unnoticed: every COMMIT says OK with synchronous=FULL, and a truncating checkpoint too, into a file that no name leads to. Deleted -wal and -shm are not
# missed either: commits go on into them, and whoever opens the database by its name does not see them. SQLITE_FCNTL_HAS_MOVED tells the truth in both modes,
# but it has to be asked, and it looks at the database only, never at the -wal.
# So a service that moves to WAL for its speed gives up a guard it may not know it had. It has to compare names with open files itself.
#
# Seen with SQLite 3.54.1 (PyPI apsw 3.54.1.0), ext4:
#     delete: renamed 1032, unlinked 1032, replaced 1032, folder renamed 1032
#     wal: renamed OK, unlinked OK, replaced OK, folder renamed OK; has_moved True
#     wal: -wal, -shm unlinked: OK, has_moved False, rows that another process finds by name: 1 of 2
# Exits 0 if it is still so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --target "$work/py" apsw==3.54.1.0
PYTHONPATH="$work/py" python3 - "$work" <<'PYTHON'
import ctypes, os, shutil, subprocess, sys, tempfile
import apsw

def replace(path):
    shutil.copyfile(path, path + ".copy")
    os.rename(path + ".copy", path)

ACCIDENTS = {
    "renamed": lambda path: os.rename(path, path + ".old"),
    "unlinked": os.unlink,
    "replaced": replace,
    "folder renamed": lambda path: os.rename(os.path.dirname(path), os.path.dirname(path) + ".old"),
    "-wal, -shm unlinked": lambda path: [os.unlink(path + end) for end in ("-wal", "-shm")],
}

def run(mode, accident):
    path = tempfile.mkdtemp(dir=sys.argv[1]) + "/data/x.db"
    os.mkdir(os.path.dirname(path))
    connection = apsw.Connection(path)
    assert connection.execute("PRAGMA journal_mode=" + mode).fetchall() == [(mode,)]
    connection.execute("PRAGMA synchronous=FULL; CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    if mode == "wal":
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ACCIDENTS[accident](path)
    try:
        connection.execute("INSERT INTO t VALUES (2)")
        commit = "OK"
    except apsw.Error as error:
        commit = str(error.extendedresult)
    return path, connection, commit, has_moved(connection)

def has_moved(connection):
    answer = ctypes.c_int(-1)
    assert connection.file_control("main", apsw.SQLITE_FCNTL_HAS_MOVED, ctypes.addressof(answer))
    return bool(answer.value)

failed = []
for mode, wanted in [("delete", "1032"), ("wal", "OK")]:
    for accident in ["renamed", "unlinked", "replaced", "folder renamed"]:
        _, _, commit, moved = run(mode, accident)
        print(f"{mode}: {accident}: {commit}, has_moved {moved}")
        if (commit, moved) != (wanted, True):
            failed.append((mode, accident))
path, writer, commit, moved = run("wal", "-wal, -shm unlinked")
other = "import apsw, sys; print(apsw.Connection(sys.argv[1]).execute('SELECT count(*) FROM t').fetchall()[0][0])"
answer = subprocess.run([sys.executable, "-c", other, path], capture_output=True, text=True)
rows = answer.stdout.strip() or answer.stderr.strip().splitlines()[-1]
print(f"wal: -wal, -shm unlinked: {commit}, has_moved {moved}, rows that another process finds by name: {rows} of 2")
if (commit, moved, rows) != ("OK", False, "1"):
    failed.append("-wal")
sys.exit(f"no longer so: {failed}" if failed else 0)
PYTHON
