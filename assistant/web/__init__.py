"""What is served: the page, the same page in a frame, and the calls of programs, behind one server."""
