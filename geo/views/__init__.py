"""Stage 10: the parts of the page, the only streamlit code beside dashboard.py. A view asks the store and draws.

`address` is the state of the page (the query string); `words` all its texts; `map` and `panel` draw; `places`,
`excerpts` and `reader` make what the panel shows as plain data, which `browser/` turns into elements as text.
"""
