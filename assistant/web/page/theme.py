"""The page's own theme: system fonts, one deep green-blue, and square calm surfaces.

Owns what Gradio's components take as variables; everything else is in page.css. No font and no style is fetched.
"""

from __future__ import annotations

import gradio as gr

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

_TIDE = gr.themes.Color(
    c50="#eef6f6", c100="#d8eaeb", c200="#b2d4d7", c300="#84bac0", c400="#4f9ba3", c500="#2f7c86",
    c600="#22656f", c700="#1d525b", c800="#1a4249", c900="#16353b", c950="#0c2024", name="tide",
)  # fmt: skip
_STONE = gr.themes.Color(
    c50="#fafaf8", c100="#f3f3f0", c200="#e4e5e1", c300="#cdd0cb", c400="#9aa19d", c500="#6b7370",
    c600="#535b59", c700="#3a4241", c800="#232a2a", c900="#1a2021", c950="#121718", name="stone-blue",
)  # fmt: skip


def make_theme() -> gr.themes.Base:
    """Make the theme."""
    return gr.themes.Base(
        primary_hue=_TIDE, secondary_hue=_TIDE, neutral_hue=_STONE, font=list(_SANS), font_mono=list(_MONO)
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color="#1c2325",
        body_text_color_dark="#e7ebea",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="#a9b3b1",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
        block_shadow="none",
        block_padding="0px",
        input_background_fill="#ffffff",
        input_background_fill_dark="*neutral_900",
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_700",
        input_border_color_focus="*primary_600",
        input_border_color_focus_dark="*primary_400",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_300",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_text_color="#ffffff",
    )
