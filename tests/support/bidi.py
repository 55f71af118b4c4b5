"""Firefox over WebDriver BiDi: one window, with the few verbs that `support.engines` asks for."""

import json
import re
import subprocess
import tempfile
import threading

import websocket

from support.webdriver import actions

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
PREFERENCES = {
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "",
    "accessibility.tabfocus": 7,  # Tab visits everything, also on systems where it visits text fields only
}


class Firefox:
    """A headless Firefox with a profile of its own; `patience`: seconds that an answer may take."""

    def __init__(self, program, patience=180):
        self.profile = tempfile.TemporaryDirectory()
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        with open(f"{self.profile.name}/user.js", "w") as file:
            file.write("\n".join(lines))
        command = [program, "--headless", "--no-remote", "--profile", self.profile.name, "--remote-debugging-port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.count = 0
        self.socket = websocket.create_connection(f"{self.address()}/session", timeout=patience, suppress_origin=True)
        made = self.ask("session.new", capabilities={})
        self.version = made["capabilities"]["browserVersion"]
        self.window = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def address(self):
        for line in self.process.stderr:
            if found := LISTENING.search(line):
                threading.Thread(target=self.process.stderr.read, daemon=True).start()  # or it stops once the pipe is full
                return found[1]
        raise RuntimeError(f"{self.process.args[0]} ended before it listened")

    def ask(self, method, **params):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.count:
                break
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def resize(self, width, height):
        self.ask("browsingContext.setViewport", context=self.window, viewport={"width": width, "height": height})

    def goto(self, address):
        self.ask("browsingContext.navigate", context=self.window, url=address, wait="complete")

    def call(self, function, *values):
        """What a function of the page, asynchronous or not, returns for these values; JSON both ways."""
        told = f"async () => JSON.stringify(await ({function})(...{json.dumps(values)}) ?? null)"
        target = {"context": self.window}
        answer = self.ask("script.callFunction", functionDeclaration=told, target=target, awaitPromise=True)
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def press(self, *keys):
        self.ask("input.performActions", context=self.window, actions=[actions(keys)])

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.communicate(timeout=20)
        self.profile.cleanup()
