"""Pages of points: a volunteer's own, the shop's counter, the books, the terms. Where the city does not use points there are none."""
