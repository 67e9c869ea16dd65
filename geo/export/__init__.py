"""The atlas, or a part of it, in the formats that people open elsewhere."""
