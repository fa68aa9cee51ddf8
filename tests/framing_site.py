"""A site that shows the page in a frame, on `localhost` while the page is on `127.0.0.1`: two sites for a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LINES = '<p style="height: 400px">Text of the wiki.</p>'
ARTICLE = """<!doctype html><html lang="en"><title>Wiki</title>
<link rel="icon" href="data:,"><body style="margin: 0 20px">
<h1>Wiki</h1><a id="before" href="#x">before</a>{lines}
{frame}
<a id="after" href="#y">after</a>{lines}{lines}{lines}</body></html>"""


@dataclass
class FramingSite:
    """What the site answers everything with, and under which policy."""

    origin: str
    page: str = ""
    policy: str = ""

    def show(self, frame: str) -> str:
        """Put a frame into the middle of an article and return the article's address."""
        self.page = ARTICLE.format(frame=frame, lines=LINES)
        return f"{self.origin}/article"


@contextmanager
def served() -> Iterator[FramingSite]:
    """Serve a site on a port of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/article" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if site.policy:
                self.send_header("Content-Security-Policy", site.policy)
            self.end_headers()
            self.wfile.write(site.page.encode() if self.path == "/article" else b"")

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    site = FramingSite(f"http://localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()
