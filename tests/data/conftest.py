"""A server for tiny files, some of them broken, and a folder to keep what it hands out."""

import functools

import pytest
from support.server import QuietHandler, Server


class Handler(QuietHandler):
    """Serves a folder; /cut/NAME breaks off half way, /busy/NAME is unavailable."""

    def do_GET(self):
        kind, _, name = self.path[1:].rpartition("/")
        self.server.asked.append(self.path)
        if kind == "busy":
            return self.send_error(503)
        if kind != "cut":
            return super().do_GET()
        content = (self.server.folder / name).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    server = Server(functools.partial(Handler, directory=str(folder)))
    server.folder, server.asked = folder, []
    yield server
    server.stop()


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"
