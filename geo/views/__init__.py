"""Stage 10: the parts of the page, the only streamlit code beside dashboard.py. A view asks the store and draws.

`address` is the state of the page (the query string); `english` and `arabic` hold its texts, `words` says them; `desk`
puts all together, `panel` mounts it and `map` draws. `filters`, `timeline`, `places`, `excerpts`, `together`, `reader`
make what they show as plain data, which `browser/` turns into elements as text.
"""
