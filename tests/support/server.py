"""A small server of files, for the built book and for downloads over loopback."""

import http.server


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """The test's own output is enough."""
