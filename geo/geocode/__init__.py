"""A query string -> a location, by geopy's interface: the offline gazetteer first, then services, if any is asked for.

The only module that ever uses the network, and only if ``GEOCODERS`` names a service (docs/geocoders.md).
"""

from geo.geocode.offline import GazetteerGeocoder
from geo.geocode.services import ChainGeocoder, Found, Service, load_services

__all__ = ["ChainGeocoder", "Found", "GazetteerGeocoder", "Service", "load_services"]
