"""A progress line for jobs that may take longer than a reader waits patiently."""

import sys
import time

PATIENCE = 3  # seconds before the line appears
STEP = 0.5  # seconds between two updates


class Meter:
    """Called with (done, total); writes to stderr only once the job has taken a few seconds."""

    def __init__(self, what):
        self.what = what
        self.started = time.monotonic()
        self.written = None

    def __call__(self, done, total):
        now = time.monotonic()
        if now - self.started < PATIENCE or (self.written and now - self.written < STEP):
            return
        left = (now - self.started) * (total - done) / max(done, 1)
        print(f"\r{done:,} of {total:,} {self.what}, {left:.0f} s left ", end="", file=sys.stderr, flush=True)
        self.written = now

    def close(self):
        """Ends the line, if there is one."""
        if self.written:
            print(file=sys.stderr)
