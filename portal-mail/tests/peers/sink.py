"""A mail server for the tests: aiosmtpd, which takes messages, refuses them or hangs up, by whom they are for.

It says on its output where it listens, then one JSON object for each message it has taken, as Python's own parser and dkimpy understand it. It ends with its input.
Called with `files` it says the same of the files that are named, and ends.
Called with `connections` it also says when one is opened, and when one is closed and nothing more will be taken from it.
"""

import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import sys
import threading

import dkim
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

KEYS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keys")

# What is answered to these, by the part before the at sign: when they are named, or when the message is there.
NAMED = {
    "nobody": "550 5.1.1 <nobody@acme.example>: no such mailbox",
    "relay": "554 5.7.1 <relay@acme.example>: Relay access denied",
    "grey": "451 4.7.1 come back later",
    "closing": "421 4.3.2 shutting down",
    "badcommand": "503 5.5.1 not now",
}
TAKEN = {
    "virus": "554 5.6.0 message content rejected",
    "full": "452 4.2.2 mailbox full",
    "leaving": "421 4.3.0 going away",
}

hung_up = set()
out = threading.Lock()


def say(what):
    with out:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


def local(address):
    return address.split("@")[0]


def record(name, timeout=5):
    with open(os.path.join(KEYS, "dkim.txt"), "rb") as file:
        return file.read().strip()


def read(session, envelope, way):
    return {
        "way": way,
        "tls": session.ssl is not None or way == "tls",
        "user": session.auth_data.decode() if session.auth_data else None,
        "hello": session.host_name,
        "sender": envelope.mail_from,
        "recipients": envelope.rcpt_tos,
        **understood(envelope.content),
    }


def understood(content):
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = []
    for part in message.walk():
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True) or b""
        parts.append(
            {
                "type": part.get_content_type(),
                "file": part.get_filename(),
                "body": base64.b64encode(body).decode(),
                "text": part.get_content() if part.get_content_maintype() == "text" else None,
            }
        )
    signed = message["DKIM-Signature"] is not None
    answers = message["Reply-To"]
    return {
        "names": [name for name, _ in message.items()],
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "to": [[a.display_name, a.addr_spec] for a in message["To"].addresses],
        "answers": [a.addr_spec for a in answers.addresses] if answers else [],
        "from": [[a.display_name, a.addr_spec] for a in message["From"].addresses],
        "parts": parts,
        "defects": [repr(d) for d in message.defects],
        "longest": max(len(line) for line in content.split(b"\r\n")),
        "bare": content.replace(b"\r\n", b"").count(b"\n") + content.replace(b"\r\n", b"").count(b"\r"),
        "ascii": content.isascii(),
        "dkim": dkim.verify(content, dnsfunc=record) if signed else None,
        "signature": str(message["DKIM-Signature"]) if signed else None,
    }


class Sink:
    def __init__(self, way):
        self.way = way

    async def handle_MAIL(self, server, session, envelope, address, options):
        if local(address) == "stranger":
            return "553 5.7.1 you are not who you say"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if local(address) == "vanish":
            server.transport.abort()
            await asyncio.sleep(3600)
        if local(address) in NAMED:
            return NAMED[local(address)]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        who = local(envelope.rcpt_tos[0])
        if who in TAKEN:
            return TAKEN[who]
        taken = read(session, envelope, self.way)
        say(taken)
        key = taken["headers"]["message-id"]
        if who == "hangup" or (who == "hangup-once" and key not in hung_up):
            hung_up.add(key)
            server.transport.abort()
            await asyncio.sleep(3600)
        if who == "silent":
            await asyncio.sleep(3600)
        if who.startswith("slow"):
            await asyncio.sleep(0.3)
        return "250 OK"


class Watched(SMTP):
    def connection_made(self, transport):
        say({"opened": True})
        super().connection_made(transport)

    def connection_lost(self, error):
        super().connection_lost(error)
        say({"opened": False})


Server = Watched if "connections" in sys.argv else SMTP


def check(server, session, envelope, mechanism, data):
    known = LoginPassword(b"portal", b"open sesame")
    if isinstance(data, LoginPassword) and data == known:
        return AuthResult(success=True, auth_data=data.login)
    # With `handled` nothing at all would be answered.
    return AuthResult(success=False, handled=False)


async def serve():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(os.path.join(KEYS, "server.pem"), os.path.join(KEYS, "server.key"))
    signed_in = {"authenticator": check, "auth_required": True}
    ways = {
        "plain": (None, {}),
        "starttls": (None, {"tls_context": tls, "require_starttls": True, **signed_in}),
        "tls": (tls, {"auth_require_tls": False, **signed_in}),
    }
    loop = asyncio.get_running_loop()
    ports = {}
    for way, (context, options) in ways.items():
        def protocol(way=way, options=options):
            return Server(Sink(way), hostname="localhost", data_size_limit=64 << 20, loop=loop, **options)

        server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context)
        ports[way] = server.sockets[0].getsockname()[1]
    say(ports)
    await asyncio.sleep(1 << 30)


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if "files" in sys.argv:
    for path in sys.argv[2:]:
        with open(path, "rb") as file:
            say(understood(file.read()))
    sys.exit()

threading.Thread(target=end_with_input, daemon=True).start()
asyncio.run(serve())
