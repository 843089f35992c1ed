"""What the commands of `koujing` do and share; `command_line` puts them together."""
