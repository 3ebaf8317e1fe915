"""Pages of who helps: the registers as lists, trees and sheets of facts; the homes of stations, leaders and the centre."""
