"""Figures: named numbers with a definition, a period and a scope, and exactly the records behind each."""

from .registry import (
    DENOMINATOR,
    EXCLUDED,
    FIGURES,
    NUMERATOR,
    Count,
    Dimension,
    Figure,
    FigureValue,
    Line,
    Period,
    Quantile,
    Rate,
    Rows,
    Scope,
    Select,
    register,
)
from .scopes import checked, tell_scope

__all__ = [
    "DENOMINATOR", "EXCLUDED", "FIGURES", "NUMERATOR", "Count", "Dimension", "Figure", "FigureValue", "Line", "Period",
    "Quantile", "Rate", "Rows", "Scope", "Select", "checked", "register", "tell_scope",
]  # fmt: skip
