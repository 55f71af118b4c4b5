"""A server for tiny files, some of them broken, and a folder to keep what it hands out."""

import functools
import http.server
import threading

import pytest
from support.server import QuietHandler


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
    handler = functools.partial(Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.folder, server.asked = folder, []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # seconds until it sees its shutdown
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"
