"""A page that spares what Gradio would spend on every event: work on outputs that stay, memory for values nobody reads,
and a search for files.

Gradio builds a component anew for every output that is skipped, at every step of a stream: with this page that is
more work than all the rest. And it remembers for each visit what last went in and out, only to make links to a moment
of the page, which are closed here: a visitor who sends megabytes would have them kept. And it looks through all that
comes in for the names of files, to copy or to fetch them: the page takes none, so nobody may name one. And it looks a
thousand times a second whether an event waits, which costs a page that nobody uses a twentieth of a core. Written
against Gradio 6.31.0: `Blocks.preprocess_data`, `postprocess_data` and `queue`, which have no setting for any of it.
Must not know what is on the page.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.blocks import Block
from gradio.state_holder import SessionState

_LEFT = gr.skip()
LOOK_SECONDS = 0.02
"""How long the page rests between two looks whether an event waits; nobody notices that an answer begins so late."""


class PatchedBlocks(gr.Blocks):
    """A page that works only on the outputs that change, and remembers states alone; what is sent is the same."""

    def queue(self, *args: Any, **kwargs: Any) -> PatchedBlocks:
        """Set up the queue as Gradio does, and let it rest longer while nothing waits."""
        super().queue(*args, **kwargs)
        self._queue.sleep_when_free = LOOK_SECONDS
        return self

    async def preprocess_data(
        self,
        block_fn: BlockFunction,
        inputs: list[Any],
        state: SessionState | None,
        explicit_call: bool = False,
    ) -> list[Any]:
        """Prepare what an event is given, without looking into it, and keep none of it."""
        sealed = [value if value is None or isinstance(value, str) else _Sealed(value) for value in inputs]
        try:
            prepared = await super().preprocess_data(block_fn, sealed, state, explicit_call)
            return [value.held if isinstance(value, _Sealed) else value for value in prepared]
        finally:
            _forget(block_fn.inputs, state)

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[Any, Any], state: SessionState | None
    ) -> list[Any]:
        """Prepare an event's outputs for sending, in their order; what is left alone is said to be so."""
        try:
            return await self._postprocess_changed(block_fn, predictions, state)
        finally:
            _forget(block_fn.outputs, state)

    async def _postprocess_changed(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[Any, Any], state: SessionState | None
    ) -> list[Any]:
        if not isinstance(predictions, (list, tuple)) or _LEFT not in predictions:
            return await super().postprocess_data(block_fn, predictions, state)
        changed = [index for index, prediction in enumerate(predictions) if prediction != _LEFT]
        narrowed = copy.copy(block_fn)
        narrowed.outputs = [block_fn.outputs[index] for index in changed]
        narrowed.batch = True  # or a single output would be taken out of its list
        prepared = await super().postprocess_data(narrowed, [predictions[index] for index in changed], state)
        sent: list[Any] = [None if block.stateful else dict(_LEFT) for block in block_fn.outputs]
        for index, value in zip(changed, prepared, strict=True):
            sent[index] = value
        return sent


class _Sealed:
    """Something that came in and that Gradio passes on as it is; in a box for text it is no text."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __str__(self) -> str:
        return ""


def _forget(blocks: Sequence[Block], state: SessionState | None) -> None:
    """Take back the values that a visit's copy of the page's settings was given; states are kept elsewhere."""
    for config in [state.config_values.get(block._id, {}) for block in blocks] if state is not None else []:
        if "props" in config:
            config["props"]["value"] = None
