"""Distances on the earth. Pure."""

from __future__ import annotations

import math

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the IUGG."""


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in kilometres (haversine formula) between two points in degrees.

    >>> round(distance_km(48.8566, 2.3522, 51.5074, -0.1278))
    344
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_chord = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half_chord)))
