"""The readers' desks: pages to compare, collect, take away and report, one module a page."""
