"""Stage 10: the parts of the page, the only streamlit code beside dashboard.py. A view asks the store and draws.

`address` is the state of the page (the query string); `english` and `arabic` hold its texts, `words` says them; `desk`
puts all together, `panel` mounts it and `map` draws. `filters`, `timeline`, `places`, `excerpts`, `together`, `reader`
make what they show as plain data, which `browser/` turns into elements as text. `why` tells why a name is where it is,
`mend` takes what the reader decides, `lists` shows what is not on the map, the review and what people decided.
"""
