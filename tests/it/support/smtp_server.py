"""A real mail server (aiosmtpd) for tests, which misbehaves when it is told to.

Usage: smtp_server.py FOLDER PORT, with FOLDER/options.json. Prints its port and runs until its standard input ends. At
every stage it looks into FOLDER/behaviour.json: a stage (greeting, ehlo, starttls, auth, mail, rcpt, data, end, taken) and what
to do there: "hang", "drop", a reply such as "451 later" (its characters are Latin-1 bytes), "greylist" (at rcpt: 451 for the first try of each address), or
"inject" (at starttls: a reply in the clear behind the right one). Emails go to FOLDER/emails/N.json, whole and parsed.
"""

import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, port = sys.argv[1], int(sys.argv[2])
with open(os.path.join(folder, "options.json")) as file:
    options = json.load(file)
counts = {
    "connections": options["connections"],
    "emails": len(os.listdir(os.path.join(folder, "emails"))),
    "NOOP": 0,
    "QUIT": 0,
    "AUTH": 0,
}
greylisted = set()


def write(name, content):
    path = os.path.join(folder, name)
    with open(path + ".new", "w") as file:
        json.dump(content, file)
    os.rename(path + ".new", path)


def behaviour(stage):
    with open(os.path.join(folder, "behaviour.json")) as file:
        return json.load(file).get(stage)


def addresses(message, name):
    header = message[name]
    return None if header is None else [[each.display_name, each.addr_spec] for each in header.addresses]


def parsed(raw):
    # Of bytes it takes headers for ASCII; with SMTPUTF8 they are UTF-8.
    message = email.message_from_string(raw.decode(), policy=email.policy.default)
    parts = [
        {
            "type": part.get_content_type(),
            "charset": part.get_content_charset(),
            "encoding": part["Content-Transfer-Encoding"],
            "text": part.get_content(),
            "defects": [str(defect) for defect in part.defects],
        }
        for part in message.walk()
        if not part.is_multipart()
    ]
    defects = [str(defect) for defect in message.defects]
    defects += [f"{name}: {defect}" for name, value in message.items() for defect in value.defects]
    return {
        "type": message.get_content_type(),
        "headers": [[name, str(value)] for name, value in message.items()],
        "date": message["Date"].datetime.timestamp(),
        "from": addresses(message, "From"),
        "to": addresses(message, "To"),
        "reply_to": addresses(message, "Reply-To"),
        "parts": parts,
        "defects": defects,
    }


class Server(SMTP):
    async def act(self, stage, address=None):
        """Whether something else was done than what belongs here."""
        action = behaviour(stage)
        if action == "greylist":
            action = None if address in greylisted else "451 4.7.1 greylisted, try again later"
            greylisted.add(address)
        if action is None or action == "inject":
            return False
        if action == "drop":
            self.transport.abort()
        if action in ("drop", "hang"):
            await asyncio.Event().wait()
        await self.push(action.encode("latin-1"))
        return True

    def count(self, command):
        counts[command] += 1
        write(command + ".json", counts[command])

    async def smtp_NOOP(self, argument):
        self.count("NOOP")
        await super().smtp_NOOP(argument)

    async def smtp_QUIT(self, argument):
        self.count("QUIT")
        await super().smtp_QUIT(argument)

    async def _handle_client(self):
        counts["connections"] += 1
        self.connection = counts["connections"]
        write("connections.json", counts["connections"])
        if not await self.act("greeting"):
            await super()._handle_client()

    async def push(self, status):
        if status == "220 Ready to start TLS" and behaviour("starttls") == "inject":
            status += "\r\n250 injected"
        return await super().push(status)

    async def smtp_EHLO(self, argument):
        self.name = argument
        if not await self.act("ehlo"):
            await super().smtp_EHLO(argument)

    async def smtp_STARTTLS(self, argument):
        if not await self.act("starttls"):
            await super().smtp_STARTTLS(argument)

    async def smtp_AUTH(self, argument):
        self.count("AUTH")
        if not await self.act("auth"):
            await super().smtp_AUTH(argument)

    async def smtp_MAIL(self, argument):
        if not await self.act("mail"):
            await super().smtp_MAIL(argument)

    async def smtp_RCPT(self, argument):
        if not await self.act("rcpt", argument):
            await super().smtp_RCPT(argument)

    async def smtp_DATA(self, argument):
        if not await self.act("data"):
            await super().smtp_DATA(argument)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        action = behaviour("end")
        if action == "drop":
            server.transport.abort()
        if action in ("drop", "hang"):
            await asyncio.Event().wait()
        if action is not None and not action.startswith("2"):
            return action.encode("latin-1")
        raw = envelope.original_content
        counts["emails"] += 1
        email = {
            "connection": server.connection,
            "hello": server.name,
            "tls": session.ssl is not None or options["security"] == "tls",
            "user": session.auth_data,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "utf8": envelope.smtp_utf8,
            "raw": base64.b64encode(raw).decode(),
            "parsed": parsed(raw),
        }
        write(os.path.join("emails", f"{counts['emails']}.json"), email)
        if behaviour("taken") == "hang":
            await asyncio.Event().wait()
        return b"250 2.0.0 taken" if action is None else action.encode("latin-1")


def authenticate(server, session, envelope, mechanism, login):
    right = [login.login.decode(), login.password.decode()] == options["login"]
    return AuthResult(success=right, handled=False, auth_data=login.login.decode())


async def main():
    context = None
    if options["security"] != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"], options["key"])
    starttls = options["security"] == "starttls"

    def protocol():
        return Server(
            Handler(),
            hostname="mail.example",
            enable_SMTPUTF8=options["utf8"],
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_required=options["login"] is not None,
            auth_require_tls=starttls,
            auth_exclude_mechanism=options["without"],
            authenticator=authenticate if options["login"] else None,
        )

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        protocol, "127.0.0.1", port, ssl=context if options["security"] == "tls" else None
    )
    print(listening.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
