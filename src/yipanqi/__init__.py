"""Yipanqi 一盘棋: the platform on which a city runs its civilised-city programme."""

__version__ = "0.1.0"
