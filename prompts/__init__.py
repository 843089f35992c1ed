"""Prompt templates, as package data; `assistant.prompting` reads them."""
