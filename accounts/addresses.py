"""Where a request comes from, as far as it can be trusted."""

import ipaddress

from django.conf import settings

# The network that one subscriber of IPv6 has to himself.
SUBSCRIBER = 64


def client_address(request) -> str:
    """The client's address in its shortest form, at most 45 characters; "" where unknown.

    Behind a proxy it is the last entry of X-Forwarded-For, the one that the proxy itself wrote:
    whatever stands before it came with the request, and anyone may write there what he likes.
    """
    if settings.BEHIND_PROXY:
        last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]
        if address := _parsed(last):
            return str(address)
    return str(_parsed(request.META.get("REMOTE_ADDR", "")) or "")


def lockout_address(request) -> str | None:
    """The address that failed log-ins are counted by: of IPv6 the whole /64; None where unknown."""
    address = _parsed(client_address(request))
    if address is not None and address.version == 6:
        network = ipaddress.ip_network((address, SUBSCRIBER), strict=False)
        return str(network.network_address)
    return str(address) if address else None


def _parsed(text: str):
    """An address, also from 192.0.2.1:80 and [2001:db8::1]:80; None where it is none."""
    text = text.strip().partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket that listens on both kinds gives 192.0.2.1 as ::ffff:192.0.2.1.
    return getattr(address, "ipv4_mapped", None) or address
