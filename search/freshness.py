"""What pages depend on beside the database: the commit of the index that this node reads."""

from cases import freshness

from .index import IndexUnavailable, search_index


def index_version() -> object:
    """Another value after each commit and each rebuild; None while there is no index."""
    try:
        return search_index().snapshot().key
    except IndexUnavailable:
        return None


def connect() -> None:
    """Have pages made anew once the index has followed a change."""
    freshness.depends_on(index_version)
