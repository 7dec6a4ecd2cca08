"""One self-contained HTML page: start at `pages`. Nothing of a notebook runs there, and nothing is fetched.

Three walls, each enough by itself: whatever comes from a notebook is escaped (`tags.esc`) or sanitised
(`sanitise.clean`); every image is a `data:` URI that we encoded; and the page's Content-Security-Policy
(`document`) allows no script but the one whose hash it names, and no request at all.
"""
