"""The page in a frame of another site: the script that stands in the frame, the page of snippets, oEmbed."""

from pathlib import Path

EMBED_SCRIPT = Path(__file__).resolve().with_name("embed.js")
"""Runs in the page before all else."""
