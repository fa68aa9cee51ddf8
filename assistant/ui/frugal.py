"""Outputs that an event leaves as they are, at no cost.

Gradio builds a component anew for every output that is skipped, at every step of a stream: with this page that is
more work than all the rest. Must not know what is on the page.
"""

from __future__ import annotations

import copy
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState

_LEFT = gr.skip()


class FrugalBlocks(gr.Blocks):
    """A page that works only on the outputs that change; what is sent is the same."""

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[Any, Any], state: SessionState | None
    ) -> list[Any]:
        """Prepare an event's outputs for sending, in their order; what is left alone is said to be so."""
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
