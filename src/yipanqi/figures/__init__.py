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

__all__ = [
    "DENOMINATOR", "EXCLUDED", "FIGURES", "NUMERATOR", "Count", "Dimension", "Figure", "FigureValue", "Line", "Period",
    "Quantile", "Rate", "Rows", "Scope", "Select", "register",
]  # fmt: skip
