"""Prompt templates, as package data; `assistant.language_model.prompting` reads them."""
