"""How Daybook looks: layout, components, form fields, charts, and the headers that keep a page safe."""

from web.design.pages import register

__all__ = ["register"]
