"""Addresses of our own that are only read.

Owns what any other method is answered there. Must not know what stands at an address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter
from starlette.responses import Response
from starlette.routing import Route

READING = ("GET", "HEAD")

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])


def read_only(router: APIRouter, path: str) -> Callable[[_Endpoint], _Endpoint]:
    """Return a decorator that puts a function at an address of a router for GET and HEAD; all else is answered 405.

    A page is mounted behind these addresses at `/`, which would say that there is no such address.
    """

    def add(endpoint: _Endpoint) -> _Endpoint:
        router.add_api_route(path, endpoint, methods=[*READING])
        # An application of its own takes every method, also those that have no name here.
        router.routes.append(Route(path, Response(status_code=405, headers={"Allow": ", ".join(READING)})))
        return endpoint

    return add
