"""Accounts, groups and the audit in the admin."""

from . import auditing, people  # noqa: F401
