"""Three browser engines with the same few verbs: goto, call, press, resize, close."""

import json
import os
import shutil

import pytest

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
PACKAGES = {"chromium": "chromium", "firefox": "firefox-esr", "webkit": "webkit2gtk-driver xvfb"}


def found(*programs):
    return next(filter(None, map(shutil.which, programs)), None)


def programs(engine):
    """What an engine needs to run here, as paths; None for what is not there."""
    if engine == "chromium":
        return [os.environ.get("SQUEEZELAB_BROWSER") or found(*BROWSERS)]
    if engine == "firefox":
        return [found("firefox-esr", "firefox")]
    return [found("WebKitWebDriver"), found("Xvfb")]


def needed(engine):
    """Its programs. Without them a test is skipped, or fails where SQUEEZELAB_REQUIRE_BROWSER names the engine, or is 1."""
    paths = programs(engine)
    if None not in paths:
        return paths
    required = os.environ.get("SQUEEZELAB_REQUIRE_BROWSER", "").split()
    refuse = pytest.fail if {"1", engine} & set(required) else pytest.skip
    refuse(f"{engine} is not here: apt-get install {PACKAGES[engine]}")


class Chromium:
    """A tab of the browser that the other tests use."""

    def __init__(self, browser):
        self.context = browser.new_context(viewport={"width": 1300, "height": 900})
        self.page = self.context.new_page()
        self.version = browser.version

    def resize(self, width, height):
        self.page.set_viewport_size({"width": width, "height": height})

    def goto(self, address):
        self.page.goto(address)

    def call(self, function, *values):
        return self.page.evaluate(f"async () => await ({function})(...{json.dumps(values)}) ?? null")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def close(self):
        self.context.close()
