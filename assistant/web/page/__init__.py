"""The Gradio page: layout, what each event does, and views that are values in and HTML out."""
