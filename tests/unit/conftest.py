"""What hundreds of tests of the knowledge share: a file that is as it was is parsed once in a run."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from assistant.knowledge import files

_parse = yaml.load


@pytest.fixture(scope="session", autouse=True)
def a_text_is_parsed_once() -> Iterator[None]:
    """Each check of a copy of the knowledge gets its own copy of what stands in the files that nobody damaged."""
    known: dict[str, bytes] = {}

    def parse(text: Any, *loader: Any, **more: Any) -> Any:
        if loader != (files._LineLoader,):
            return _parse(text, *loader, **more)
        if text not in known:
            known[text] = pickle.dumps(_parse(text, *loader))
        return pickle.loads(known[text])  # noqa: S301 - written a line above

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files.yaml, "load", parse)
        yield
