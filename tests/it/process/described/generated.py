"""Shares and reads with what openapi-python-client made of the description, in each of its encodings."""

import inspect
import sys

from v1 import Client
from v1.api.create import generate, share
from v1.api.read import reveal
from v1.api.receipt import burn_private, get_private
from v1.models import RevealJsonBody, ShareDataBody, ShareJsonBody

client = Client(base_url=sys.argv[1])
value, passphrase = "marker-value & 50%", "marker-passphrase"

for operation in [share, generate, reveal, burn_private]:
    offered = set(inspect.signature(operation.sync_detailed).parameters)
    assert not offered & {"secret", "passphrase", "recipient"}, (operation, offered)

shared = share.sync(client=client, body=ShareJsonBody(secret=value, ttl=600))
assert reveal.sync(shared.secret_key, client=client).value == value
shared = share.sync(client=client, body=ShareDataBody(secret=value, passphrase=passphrase))
assert reveal.sync(shared.secret_key, client=client).message == "Unknown secret"
read = reveal.sync(shared.secret_key, client=client, body=RevealJsonBody(passphrase=passphrase))
assert read.value == value
assert get_private.sync(shared.metadata_key, client=client).state == "received"
print("shared and read")
