"""Documents and tables that other programs made: taken apart in a child process, with time and memory limits."""
