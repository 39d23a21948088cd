"""Conceals, looks and reveals by v2 with what openapi-python-client made of its description."""

import inspect
import sys

from v2 import Client
from v2.api.create import conceal, generate
from v2.api.read import reveal, show
from v2.api.receipt import burn, receipt
from v2.models import ConcealRequest, ConcealRequestSecret, RevealRequest

client = Client(base_url=sys.argv[1])
value, passphrase = "marker-value & 50%", "marker-passphrase"

for operation in [conceal, generate, reveal, show, burn]:
    offered = set(inspect.signature(operation.sync_detailed).parameters)
    assert not offered & {"secret", "passphrase", "recipient", "continue_"}, (operation, offered)

made = conceal.sync(client=client, body=ConcealRequest(ConcealRequestSecret(value, ttl=600))).record
assert reveal.sync(made.secret.key, client=client, body=RevealRequest(continue_=True)).record.secret_value == value
protected = ConcealRequest(ConcealRequestSecret(value, passphrase=passphrase))
made = conceal.sync(client=client, body=protected).record
assert show.sync(made.secret.key, client=client).record.has_passphrase
refused = reveal.sync(made.secret.key, client=client, body=RevealRequest(continue_=True))
assert refused.error == "Incorrect passphrase", refused
right = RevealRequest(continue_=True, passphrase=passphrase)
assert reveal.sync(made.secret.key, client=client, body=right).record.secret_value == value
assert receipt.sync(made.receipt.identifier, client=client).record.state == "revealed"
assert generate.sync(client=client).details.secret_value
print("shared and read")
