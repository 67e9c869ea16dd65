"""The command line, a module for each family of commands, whose `register` declares them with their help."""
