"""Figures: named numbers with a definition, a period and a scope, and exactly the records behind each."""

from .counting import Rows, Span, sizes
from .registry import EVERYTHING, FIGURES, NOTHING, Condition, Count, Figure, Quantile, Rate, ask, register
from .sampling import Sampled
from .scopes import checked, tell_scope
from .terms import DENOMINATOR, EXCLUDED, NUMERATOR, Dimension, FigureValue, Line, Period, Scope

__all__ = [
    "DENOMINATOR", "EVERYTHING", "EXCLUDED", "FIGURES", "NOTHING", "NUMERATOR", "Condition", "Count", "Dimension", "Figure",
    "FigureValue", "Line", "Period", "Quantile", "Rate", "Rows", "Sampled", "Scope", "Span", "ask", "checked", "register", "sizes", "tell_scope",
]  # fmt: skip
