"""Pages of ordering: for residents, for stations and the centre, for those who serve."""
