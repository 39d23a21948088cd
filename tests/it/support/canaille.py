"""A second real provider on loopback, Canaille with its store in memory. Arguments: its folder in target/tools, and the address
that its client is sent back to. It listens on a port that it chooses, and says which. Alice's password is `correct horse battery`."""

import sys

folder, redirect_uri = sys.argv[1:]
sys.path.insert(0, folder)

from canaille import create_app
from canaille.app import models
from joserfc import jwk
from werkzeug.serving import make_server

app = create_app(
    {
        "SECRET_KEY": "only for tests",
        "TESTING": True,
        "CANAILLE": {"DATABASE": "memory", "LOGGING": {"version": 1}},
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [jwk.RSAKey.generate_key(2048).as_dict(private=True)]},
    }
)
with app.app_context():
    alice = models.User(
        formatted_name="Alice", family_name="Alice", user_name="alice", emails=["alice@example.org"], password="correct horse battery"
    )
    app.backend.save(alice)
    client = models.Client(
        client_id="readonce",
        client_secret="s3cr3t-of-the-tests",
        client_name="readonce",
        client_uri="http://127.0.0.1",  # trusted: nobody is asked whether it may know who they are
        redirect_uris=[redirect_uri],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid", "email", "profile"],
        token_endpoint_auth_method="client_secret_basic",
    )
    app.backend.save(client)
    client.audience = [client]  # as its own pages set it; a token without one is for nobody
    app.backend.save(client)

server = make_server("127.0.0.1", 0, app, threaded=True)
print("listening on", server.server_port, flush=True)
server.serve_forever()
