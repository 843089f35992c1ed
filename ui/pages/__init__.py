"""The pages of the app, each with a `show`."""
