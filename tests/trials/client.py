"""A client of its own process: signs in, creates and wins deals over HTTP, and notes each write that was acknowledged.

``python -m tests.trials.client URL USERNAME PASSWORD LOG`` runs until it is ended. A line of the log is written and
synced to the disk only after the server's whole answer has arrived, so each line is a promise that the server made.
A write whose answer did not arrive is sent again with the same key, as a person would press the button again.
"""

import http.client
import json
import os
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO, TypeVar
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

Answer = TypeVar("Answer")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FIELD = re.compile(r"<(?:input|select)\b[^>]*>")
_DEAL = re.compile(r"/deals/(\d+)/")
_WAIT = 0.05


class Refused(RuntimeError):
    """The server answered, but not as it should."""


class Client:
    """One person with a browser's cookies over one connection that is opened again whenever it breaks."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._connection: http.client.HTTPConnection | None = None
        self._cookies: dict[str, str] = {}
        self._token = ""

    def get(self, path: str) -> str:
        _status, _headers, body = self._ask("GET", path)
        found = _TOKEN.search(body)
        if found:
            self._token = found.group(1)
        return body

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        """(status, where it leads, body); the whole answer has arrived when this returns."""
        status, headers, body = self._ask("POST", path, {**fields, "csrfmiddlewaretoken": self._token})
        return status, headers.get("location", ""), body

    def upload(self, path: str, fields: dict[str, str], file: Path) -> str:
        """Send a file by a form and return where that leads."""
        self.get(path)
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {**fields, "csrfmiddlewaretoken": self._token}.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        body = "".join([*parts, head]).encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        status, headers, answer = self._send("POST", path, body, f"multipart/form-data; boundary={boundary}")
        if status != 302:
            raise Refused(f"{path} answered {status}: {_said(answer)}")
        return headers["location"]

    def send_form(self, page: str, action: str) -> None:
        """Send the form of a page whose address ends with a word, with the hidden values that it holds."""
        html = self.get(page)
        found = re.search(rf'<form[^>]*action="([^"]*/{action})"[^>]*>(.*?)</form>', html, re.DOTALL)
        if not found:
            raise Refused(f"{page} has no form that leads to {action}: {_said(html)}")
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found.group(2)))
        status, _to, body = self.post(found.group(1), hidden)
        if status != 302:
            raise Refused(f"{action} answered {status}: {_said(body)}")

    def sign_in(self, username: str, password: str) -> None:
        self.get("/sign-in")
        status, _to, body = self.post("/sign-in", {"username": username, "password": password, "remember": "on"})
        if status != 302:
            raise Refused(f"sign-in answered {status}: {body[:300]}")
        self.get("/deals/new/")

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        if fields is None:
            return self._send(method, path, None, "")
        return self._send(method, path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def _send(self, method: str, path: str, content: bytes | None, kind: str) -> tuple[int, dict[str, str], str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, self._port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        try:
            self._connection.request(method, path, content, headers)
            answer = self._connection.getresponse()
            body = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            raise
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def create(client: Client, name: str, once: str) -> int:
    """Open a deal and return its number."""
    fields = form_values(client.get("/deals/new/"))
    fields |= {"name": name, "amount": "1200", "opened_on": today(), "once": once}
    status, to, body = client.post("/deals/new/", fields)
    found = _DEAL.search(to)
    if status != 302 or not found:
        raise Refused(f"create answered {status}: {_said(body)}")
    return int(found.group(1))


def win(client: Client, deal: int) -> None:
    """Win a deal for the amount it has."""
    status, _to, body = client.post(f"/deals/{deal}/win/", {"amount": "1234.5", "on": today()})
    # Sent again after an answer that was lost, it finds the deal won: that is what was wanted.
    if status not in (200, 302) and "/reopen/" not in client.get(f"/deals/{deal}/"):
        raise Refused(f"win answered {status}: {_said(body)}")


def today() -> str:
    """The company's day, as a form sends it."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def form_values(page: str) -> dict[str, str]:
    """What the inputs of a page's main form hold, as far as the client needs them."""
    form = page[page.rindex("<form", 0, page.index('name="once"')) :]
    form = form[: form.index("</form>")]
    values = {}
    for tag in _FIELD.findall(form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("name") and "value" in given:
            values[given["name"]] = given["value"]
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        values[name] = chosen.group(1) if chosen else ""
    return values


def _said(body: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())[:400]


def work(client: Client, log: Path) -> Iterator[None]:
    """Create and win deals for ever; each step notes what was acknowledged."""
    with log.open("a") as file:
        for number in range(1_000_000):
            name, once = f"trial {os.getpid()}-{number}", str(uuid.uuid4())
            deal = _until_answered(partial(create, client, name, once))
            _note(file, {"created": deal, "name": name})
            yield
            _until_answered(partial(win, client, deal))
            _note(file, {"won": deal})
            yield


def _until_answered(ask: Callable[[], Answer]) -> Answer:
    while True:
        try:
            return ask()
        except (OSError, http.client.HTTPException):
            time.sleep(_WAIT)


def _note(file: TextIO, line: dict[str, int | str]) -> None:
    file.write(json.dumps(line) + "\n")
    file.flush()
    os.fsync(file.fileno())


def main(url: str, username: str, password: str, log: str) -> None:
    client = Client(url)
    client.sign_in(username, password)
    for _ in work(client, Path(log)):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
