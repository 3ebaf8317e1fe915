"""Figures: named numbers with a definition, a period and a scope, and exactly the records behind each."""

from .counting import Rows, Span, sizes
from .registry import FIGURES, Count, Figure, Quantile, Rate, ask, offered, register
from .rollups import afresh, one_instant
from .sampling import Sampled
from .scopes import checked, tell_scope
from .sides import EVERYTHING, NOTHING, Condition, Since
from .sums import Sum
from .terms import DENOMINATOR, EXCLUDED, NUMERATOR, Dimension, FigureValue, Line, Period, Scope, title_of

__all__ = [
    "DENOMINATOR", "EVERYTHING", "EXCLUDED", "FIGURES", "NOTHING", "NUMERATOR", "Condition", "Count", "Dimension", "Figure",
    "FigureValue", "Line", "Period", "Quantile", "Rate", "Rows", "Sampled", "Scope", "Since", "Span", "Sum", "afresh", "ask", "checked", "offered", "one_instant", "register", "sizes", "tell_scope", "title_of",
]  # fmt: skip
