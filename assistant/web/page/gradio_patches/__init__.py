"""What leans on the insides of the Gradio that is pinned, one file a patch. Must not import Gradio here."""
