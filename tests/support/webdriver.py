"""WebKitGTK over WebDriver: its MiniBrowser on a screen of its own, with the few verbs that `support.engines` asks for."""

import json
import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.request

KEYS = {
    "Escape": "\ue00c",
    "Tab": "\ue004",
    "Enter": "\ue006",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "Delete": "\ue017",
    "Shift": "\ue008",
    "Control": "\ue009",
}
# Without a sandbox, which root can't have, and without a graphics card.
SURROUNDINGS = {
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
    "LIBGL_ALWAYS_SOFTWARE": "1",
}
FRAME = 8  # px that a window without a window manager takes at most around a page


def actions(keys):
    """The keys as input of both kinds of WebDriver: names of `KEYS`, single letters, or several at once, "Control+a"."""
    steps = []
    for key in keys:
        together = [KEYS.get(one, one) for one in (key.split("+") if len(key) > 1 else [key])]
        steps += [{"type": "keyDown", "value": one} for one in together]
        steps += [{"type": "keyUp", "value": one} for one in reversed(together)]
    return {"type": "key", "id": "keys", "actions": steps}


def free_port():
    """A port on which nobody listens, out of those that no system hands out by itself: nobody gets it before it is used."""
    while True:
        port = random.SystemRandom().randrange(10_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def new_screen(server):
    """(process, display) of an X server that only its own windows know."""
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as file:
        return process, f":{file.readline().strip()}"


class WebKit:
    """A MiniBrowser; `patience`: seconds that an answer may take."""

    def __init__(self, driver, screen_server, patience=180):
        self.patience = patience
        self.screen, display = new_screen(screen_server)
        self.base = f"http://127.0.0.1:{free_port()}"
        port = self.base.rsplit(":", 1)[1]
        surroundings = {**os.environ, **SURROUNDINGS, "DISPLAY": display, "GDK_BACKEND": "x11"}
        self.process = subprocess.Popen(
            [driver, f"--port={port}"], env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        made = self.session()
        self.version = made["capabilities"]["browserVersion"]
        self.base += f"/session/{made['sessionId']}"
        limits = {"script": 1000 * patience, "pageLoad": 1000 * patience}
        self.ask("POST", "timeouts", limits)

    def session(self, tries=100):
        """The driver listens a moment after it started."""
        for _ in range(tries):
            try:
                return self.ask("POST", "session", {"capabilities": {}})
            except ConnectionError:
                time.sleep(0.1)
        raise RuntimeError("WebKitWebDriver did not answer within ten seconds")

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}/{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self.patience + 10) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()}") from None
        except urllib.error.URLError as error:
            raise error.reason from None

    def resize(self, width, height):
        self.ask("POST", "window/rect", {"width": width, "height": height})

    def goto(self, address):
        self.ask("POST", "url", {"url": address})

    def call(self, function, *values):
        """What a function of the page, asynchronous or not, returns for these values; JSON both ways."""
        told = f"""const [done] = [...arguments].slice(-1);
            (async () => JSON.stringify(await ({function})(...{json.dumps(values)}) ?? null))()
              .then(text => done({{ text }}), error => done({{ error: String(error) }}));"""
        answer = self.ask("POST", "execute/async", {"script": told, "args": []})
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return json.loads(answer["text"])

    def press(self, *keys):
        self.ask("POST", "actions", {"actions": [actions(keys)]})

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            for process in (self.process, self.screen):
                process.terminate()
                process.wait(20)
