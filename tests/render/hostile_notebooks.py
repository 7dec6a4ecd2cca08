"""Notebooks that try to run something, to fetch something, or to look like the page around them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

#: Stands for an address where requests are counted; replaced by the test.
OUT = "http://hostile.invalid"

#: Each tries to set `window.hacked`, to open a dialog, or to fetch from OUT.
MARKUP = (
    "<script>window.hacked = 1</script>",
    "<ScRiPt src='OUT/s.js'></sCrIpT>",
    "<img src=x onerror='window.hacked = 2'>",
    "<img src='OUT/i.png' srcset='OUT/i2.png 2x'>",
    "<img src='//hostile.invalid/i.png'>",
    "<svg onload='window.hacked = 3'><script>window.hacked = 4</script><image href='OUT/svg.png'/></svg>",
    "<svg><animate onbegin='window.hacked = 5' attributeName=x dur=1s></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=window.hacked=6>#x'/></svg>",
    "<iframe src='data:text/html,<script>parent.hacked = 7</script>'></iframe>",
    "<iframe srcdoc='<script>parent.hacked = 8</script>'></iframe>",
    "<object data='OUT/o.swf'></object><embed src='OUT/e.swf'>",
    "<base href='OUT/'>",
    "<meta http-equiv='refresh' content='0;url=OUT/refresh'>",
    "<link rel='stylesheet' href='OUT/l.css'><link rel='preload' as='image' href='OUT/p.png'>",
    "<style>@import url('OUT/import.css'); body { background: url('OUT/body.png'); display: none }</style>",
    "<div style=\"background: url('OUT/div.png'); position: fixed; inset: 0\">cover</div>",
    "<table background='OUT/table.png'><tr><td background='OUT/td.png'>x</table>",
    "<video src='OUT/v.mp4' poster='OUT/v.png' autoplay onplay='window.hacked = 9'></video>",
    "<audio src='OUT/a.mp3' autoplay></audio><source src='OUT/a.ogg'><track src='OUT/t.vtt'>",
    "<form action='OUT/form'><input autofocus onfocus='window.hacked = 10'><button formaction='OUT/b'>go</form>",  # noqa: E501
    "<details open ontoggle='window.hacked = 11'>x</details>",
    "<a href='javascript:window.hacked = 12'>a</a><a href='JaVa\tScRiPt:window.hacked = 13'>b</a>",
    "<a href=' &#1;javascript:window.hacked = 14'>c</a><a href='data:text/html,<script>1</script>'>d</a>",
    "<a href='vbscript:x'>e</a><a href='file:///etc/passwd'>f</a><a ping='OUT/ping' href='https://x.example'>g</a>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.hacked=15&gt;'>",  # noqa: E501
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=window.hacked=16>",
    "<svg></p><style><a title='</style><img src=x onerror=window.hacked=17>'>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=18>'>",
    "<textarea><img title='</textarea><img src=x onerror=window.hacked=19>'></textarea>",
    "<math href='javascript:window.hacked=20'><mi href='javascript:window.hacked=21'>x</mi></math>",
    "<math><annotation-xml encoding='text/html'><script>window.hacked=22</script></annotation-xml></math>",
    "<math><maction actiontype='statusline#x' xlink:href='javascript:window.hacked=23'>y</maction></math>",
    "</main></article></section></div></details></body></html><script>window.hacked = 24</script>",
    "<dialog id=help open>mine</dialog><p id=main class='toolbar cell change'>mine</p>",
    "<template><script>window.hacked = 25</script></template><slot></slot><portal src='OUT/portal'></portal>",
    "<x-y onclick='window.hacked = 26' onpointerover='window.hacked = 27'>z</x-y>",
    "<img src='data:text/html,<script>window.hacked=28</script>'><img src='data:image/svg+xml,<svg onload=hacked=29>'>",  # noqa: E501
    "<xmp></xmp><script>window.hacked = 30</script><plaintext>",
    "<!--><script>window.hacked = 31</script>--><![CDATA[<script>window.hacked = 32</script>]]>",
    "<?php <script>window.hacked = 33</script> ?><%<script>window.hacked = 34</script>%>",
    "\ud800<script>window.hacked = 35</script>\udc00\x00<scr\x00ipt>window.hacked = 36</scr\x00ipt>",
    "<marquee onstart='window.hacked = 37'>m</marquee><body onload='window.hacked = 38'><frameset onload='hacked=39'>",  # noqa: E501
)
MARKDOWN = (
    "[a](javascript:window.hacked=50) ![b](javascript:window.hacked=51) <javascript:window.hacked=52>",
    "![c](OUT/md.png) ![d][e]\n\n[e]: OUT/md2.png 'x\" onerror=\"window.hacked=53'",
    '![" onerror="window.hacked=54](attachment:a.png) ![](data:text/html,<script>window.hacked=55</script>)',
    "[x](data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGFja2VkPTU2PC9zY3JpcHQ+)",
    '```"><script>window.hacked=57</script>\n<script>window.hacked=58</script>\n```',
    "|a|<script>window.hacked=59</script>|\n|-|-|\n|<img src=x onerror=window.hacked=60>|b|",
    "$\\href{javascript:window.hacked=61}{x}$ $\\text{<img src=x onerror=window.hacked=62>}$",
    '$$\\class{x" onclick="window.hacked=63}{y} \\style{background:url(OUT/tex.png)}{z}$$',
    "$\\unicode{<script>window.hacked=64</script>}$ $<script>window.hacked=65</script>$",
    "\\begin{align}<script>window.hacked=66</script>\\end{align}",
    '<div title="\n\n$x$\n\n onmouseover=window.hacked=67 ">\n\n$\\text{"><script>window.hacked=68</script>}$',  # noqa: E501
)
SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' onload='window.hacked=70;parent.hacked=71'>"
    "<script>top.hacked=72</script><image href='OUT/inner.png' width='9' height='9'/>"
    "<style>@import 'OUT/svg.css';</style><foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' "
    "src='OUT/frame'/></foreignObject></svg>"
)
#: Names of what is not text to the format: mime types, attachments, ids, keys, kinds, labels.
NAMES = (
    '"><script>window.hacked=80</script>',
    "' onmouseover='window.hacked=81",
    'image/png" onerror="window.hacked=82',
    "\u202ecod.exe\u2066\u2069\u0000\ud83d",
    "text/html; charset=<script>window.hacked=83</script>",
)


def notebook(address: str = OUT) -> dict[str, Any]:
    """A notebook with all of it, everywhere it may stand; requests go to `address`."""
    cells = [*map(_markdown, _addressed(MARKUP + MARKDOWN, address)), *_named()]
    cells += [_code(markup, address) for markup in _addressed(MARKUP, address)]
    title = {
        "title": MARKUP[0],
        "authors": [{"name": name} for name in NAMES],
        NAMES[0]: {NAMES[1]: NAMES[2]},
    }
    language = {"name": NAMES[0], "version": MARKUP[0]}
    metadata = {**title, "language_info": language, "kernelspec": {"name": NAMES[1], "language": NAMES[0]}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def text(address: str = OUT) -> bytes:
    """The same as a file; half surrogate pairs stand in it as escapes."""
    return json.dumps(notebook(address)).encode()


def _addressed(pieces: tuple[str, ...], address: str) -> Iterator[str]:
    return (piece.replace("OUT", address) for piece in pieces)


def _markdown(source: str) -> dict[str, Any]:
    attachments = {
        name: {name: "AAAA", "image/png": source, "image/svg+xml": SVG} for name in ("a.png", NAMES[0])
    }
    metadata = {"tags": [source], source: source}
    return {
        "cell_type": "markdown",
        "id": source,
        "metadata": metadata,
        "source": source,
        "attachments": attachments,
    }


def _code(markup: str, address: str) -> dict[str, Any]:
    svg = SVG.replace("OUT", address)
    outputs = [
        {
            "output_type": "stream",
            "name": markup,
            "text": f"\x1b]8;;javascript:1\x07\x1b[31m{markup}\x1b[0m\r\u202e",
        },
        {
            "output_type": "error",
            "ename": markup,
            "evalue": markup,
            "traceback": [markup, f"\x1b[1;{markup}m"],
        },
        _display({"text/html": markup}),
        _display({"image/svg+xml": svg}),
        _display({"text/markdown": markup, "text/latex": f"${markup}$"}),
        _display({"text/latex": f"$\\href{{javascript:window.hacked=90}}{{{markup}}}$"}),
        _display({"application/javascript": f"window.hacked = 91; {markup}"}),
        _display({"application/json": {markup: markup}, "application/vnd.x+json": markup}),
        _display(
            {"image/png": base64.b64encode(markup.encode(errors="replace")).decode(), "text/plain": markup}
        ),
        _display({"image/png": f'AAAA" onerror="window.hacked=92;{markup}'}),
        *({"output_type": name, "name": name, "data": {name: markup}} for name in NAMES),
        *(_display({name: markup, "text/plain": markup}) for name in NAMES),
    ]
    source = f"# {markup}\nx = '{markup}'"
    return {
        "cell_type": "code",
        "id": markup,
        "metadata": {"x": markup},
        "source": source,
        "outputs": outputs,
        "execution_count": markup,
    }


def _named() -> Iterator[dict[str, Any]]:
    for name in NAMES:
        yield {
            "cell_type": name,
            "id": name,
            "metadata": {name: name},
            "source": name,
            "outputs": [{name: name}],
        }


def _display(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": data,
        "metadata": {next(iter(data)): {"width": '1" onload="x'}},
    }
