"""Checks every vector of docs/dev/crypto.md: parses them from the page, computes what each says from what it gives, compares.

A vector is a fenced block ```` ```vector NAME ```` of lines `field = hex …`, `field = text "…"` (JSON) or `field = int …`;
a line that begins with a blank goes on with the hex digits of the one above it. Each field has to be used or computed, so
that no byte of a vector can change unnoticed; and every vector that `checks` names has to be there, and no other.
"""

import json
import re

from blocks import Damaged, need
from checks import CHECKS


class Given(dict):
    """A vector's fields; remembers which were used."""

    def __init__(self, fields):
        super().__init__(fields)
        self.used = set()

    def __getattr__(self, name):
        name = name.replace("_", "-")
        self.used.add(name)
        need(name in self, f"there is no field `{name}`")
        return self[name]


def parse(text):
    found = {}
    for name, body in re.findall(r"^```vector (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        need(name not in found, f"vector `{name}` is there twice")
        fields = {}
        for line in re.sub(r"\n +", "", body).splitlines():
            match = re.fullmatch(r"([a-z0-9-]+) = (hex|text|int) ?(.*)", line)
            need(match and match[1] not in fields, f"vector `{name}`: `{line}` is no field")
            fields[match[1]] = value(match[2], match[3])
        found[name] = fields
    return found


def value(kind, text):
    if kind == "hex":
        need(re.fullmatch("([0-9a-f]{2})*", text), f"`{text}` is not hex")
        return bytes.fromhex(text)
    return json.loads(text) if kind == "text" else int(text)


def check_page(text):
    """The mistakes of a page, empty when it has none."""
    try:
        found = parse(text)
    except (Damaged, ValueError) as error:
        return [str(error)]
    wrong = [f"vector `{name}` is missing" for name in CHECKS if name not in found]
    wrong += [f"vector `{name}` is unknown" for name in found if name not in CHECKS]
    for name in found.keys() & CHECKS.keys():
        given = Given(found[name])
        try:
            computed = CHECKS[name](given)
        except (Damaged, ValueError, KeyError) as error:
            wrong.append(f"vector `{name}`: {error}")
            continue
        for field, said in found[name].items():
            if field in computed and computed[field] != said:
                shown = computed[field].hex() if isinstance(computed[field], bytes) else computed[field]
                wrong.append(f"vector `{name}`: `{field}` has to be {shown}")
            elif field not in computed and field not in given.used:
                wrong.append(f"vector `{name}`: nothing depends on `{field}`")
        wrong += [f"vector `{name}` lacks `{field}`" for field in computed.keys() - found[name].keys()]
    return sorted(wrong)
