"""Every operation of `onetimesecret` 1 (PyPI): create_link, with and without an account, and what it raises."""

import sys

from onetimesecret import OneTimeSecretCli, OneTimeSecretError

url, user, token = sys.argv[1:]

print(OneTimeSecretCli(user, token, url=url).create_link("of an account"))
print(OneTimeSecretCli(url=url).create_link("of nobody", ttl=60))

for client, secret, message in [
    (OneTimeSecretCli(user, token[::-1] + "0", url=url), "x", "Not authorized"),
    (OneTimeSecretCli(url=url), "", "You did not provide anything to share"),
]:
    try:
        client.create_link(secret)
    except OneTimeSecretError as error:
        assert error.status_code == 404 and str(error).startswith(message), error
    else:
        raise AssertionError(f"not refused: {message}")
