"""nginx with the configuration that the documentation gives, before a page in a process of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import served_page
from tests.served_page import ROOT, free_port

DOCUMENTED = ROOT / "docs" / "nginx.conf"
PLACES = (ROOT / ".venv" / "nginx" / "usr" / "sbin" / "nginx", Path("/usr/sbin/nginx"))
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def find() -> str | None:
    """Find an nginx: installed, or unpacked by `make nginx`."""
    return shutil.which("nginx") or next((str(place) for place in PLACES if place.is_file()), None)


@contextmanager
def before_the_page(program: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Run the page behind nginx; gives the page's address at the proxy, and the server's own."""
    page, own = served_page.start(
        ASSISTANT_ROOT_PATH="/coach",
        ASSISTANT_ALLOWED_HOSTS="intranet.example.org",
        ASSISTANT_TRUSTED_PROXIES="127.0.0.1",
    )
    server = own.removesuffix("/coach/")
    port = free_port()
    settings = folder / "nginx.conf"
    settings.write_text(MAIN.format(folder=folder, site=_site(server.removeprefix("http://"), port)), encoding="utf-8")
    proxy = subprocess.Popen([program, "-e", "stderr", "-c", str(settings)])
    try:
        _wait(port, proxy)
        yield f"http://127.0.0.1:{port}/coach/", server
    finally:
        proxy.terminate()
        proxy.wait(10)
        served_page.stop(page)


def _site(server: str, port: int) -> str:
    """Take the documented site with only the addresses changed."""
    site = DOCUMENTED.read_text(encoding="utf-8")
    for documented, here in (
        ("server 127.0.0.1:7860;", f"server {server};"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
    ):
        assert site.count(documented) == 1
        site = site.replace(documented, here)
    return site


def _wait(port: int, proxy: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while True:
        assert proxy.poll() is None, "nginx ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < until, "nginx does not listen"
        time.sleep(0.05)
