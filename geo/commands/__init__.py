"""The command line, a module for each family of commands, whose `add` declares them with their help."""
