"""A small server of files, for the built book and for downloads over loopback."""

import functools
import http.server
import sys
import threading


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """The test's own output is enough."""


class Server(http.server.ThreadingHTTPServer):
    """Serves from a thread of its own until `stop`; `handler` as for `http.server`."""

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()  # s until it sees that it is to stop

    def handle_error(self, request, client_address):
        """A browser that leaves a page hangs up: that is no error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def stop(self):
        self.shutdown()
        self.server_close()


def serving(folder):
    """A `Server` of the files of a folder."""
    return Server(functools.partial(QuietHandler, directory=str(folder)))
