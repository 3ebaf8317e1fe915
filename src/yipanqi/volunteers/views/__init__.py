"""Pages of volunteers: registering and consenting, one's own page, the lists of stations and leaders, what waits for a decision."""
