"""A second implementation of the stored formats, from docs/dev/crypto.md alone (tests/it/process/decoder runs it).

decode.py vectors PAGE…    checks the vectors of each page: a line for each mistake, and status 1 if there is one
decode.py open JOB         opens what lies in a store with the keys that the job (JSON) names, and prints it as JSON
"""

import json
import sys
from pathlib import Path

import opening
import vectors


def main(command, *paths):
    if command == "open":
        (path,) = paths
        print(json.dumps(opening.run(json.loads(Path(path).read_text()))))
        return 0
    wrong = 0
    for path in paths:
        for mistake in vectors.check_page(Path(path).read_text()):
            print(f"{path}: {mistake}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("vectors", "open"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
