"""The body of a post on the sample finews site, in every generation of the generator, with Eastmoney's HTML quirks.

Hidden paragraphs, stock charts between comments, keyword links that cut a word in half, the source line last, then the
origin's address and the links back.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.demo.articles import DemoArticle
from monitor.demo.markup import View, blocks, china_time, escape

ROOT = "/finews"

# Category in the URL -> medium, whose name stands in the tags line and in the heading of the category's list.
MEDIA = {
    "emnews": "东方财富",
    "beifangwang": "北方网",
    "hangzhouribao": "杭州日报",
    "zhengquanribao": "证券日报",
    "jinrongshibao": "金融时报",
    "21caijing": "21财经",
}

# Stock code -> the name that Eastmoney turns into a quote link in the text.
STOCK_NAMES = {
    "601336": "新华保险",
    "01336.HK": "新华保险",
    "601628": "中国人寿",
    "601318": "中国平安",
    "600519": "贵州茅台",
}


def post_html(article: DemoArticle, view: View) -> str:
    """The post's body between its headline and its tags line, tail links included."""
    if article.layout in ("brief", "linked"):
        parts = list(blocks(article.text))
    elif article.layout == "full":
        digest = article.text.split("\n", 1)[0]
        parts = [f"<blockquote>\n  <p>{escape(digest)}</p>\n</blockquote>", *_article_html(article)]
    else:
        parts = list(_article_html(article))
    origin = _origin(article)
    parts.append(f'<p><a href="{origin}">{origin}</a></p>')
    if article.layout != "brief":
        parts.append(_links_back(article, view))
    return "\n\n".join(parts)


def code(article: DemoArticle) -> str:
    """An 18-digit Eastmoney id for agency items, an `infoCode` for those of a medium."""
    stamp = f"{china_time(article.published, '%Y%m%d')}{article.number(10)}"
    return stamp if article.section == "emnews" else f"NW{stamp}"


def _origin(article: DemoArticle) -> str:
    if article.section == "emnews":
        return f"http://finance.eastmoney.com/news/1344,{code(article)}.html"
    return f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={code(article)}"


def _links_back(article: DemoArticle, view: View) -> str:
    here = view.base_url.split(":", 1)[1] + ROOT  # protocol-relative, as the real posts link
    category = f"{here}/category/{article.section}.html"
    return f'<p><a href="{category}">返回{MEDIA[article.section]}新闻</a>｜<a href="{here}/">返回首页</a></p>'


def _article_html(article: DemoArticle) -> Iterator[str]:
    """The article as copied from Eastmoney: hidden paragraph, charts, keyword links, and the source line last."""
    hidden = '<p style="display:none;height:1px;overflow:hidden;"><br /></p>'
    yield hidden + hidden.join(_chart(code) for code in article.stocks)
    linked: set[str] = set()
    for block in blocks(article.text):
        for code in article.stocks:
            name = STOCK_NAMES[code]
            if name not in linked and name in block:
                linked.add(name)
                block = block.replace(name, _quote_link(code, name), 1)
        yield block
    head, cut = article.source[:-1], article.source[-1:]
    keyword = f'<span><a href="http://quote.eastmoney.com/" class="keytip">{cut}</a></span>'
    yield f'<p class="em_media">（文章来源：{head}{keyword}）</p>'


def _market_id(code: str) -> tuple[str, str]:
    """(Eastmoney market number, bare code): 1 Shanghai, 0 Shenzhen, 116 Hong Kong."""
    bare, _, market = code.partition(".")
    return ("116" if market == "HK" else "1" if bare.startswith("6") else "0"), bare


def _chart(code: str) -> str:
    market, bare = _market_id(code)
    nid = f"{market}.{bare}"
    return (
        '<!-- EM_StockImg_Start --><p style="text-align:center;">'
        f'<a href="http://quote.eastmoney.com/unify/r/{nid}" data-code="{bare}|{market}|1" class="EmImageRemark" '
        f'target="_blank"><img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid={nid}&amp;imageType=k" '
        f'border="0" alt="K图 {bare}_0" data-code="K {bare}|{market}|1" width="578" height="276" /></a></p>'
        "<!-- EM_StockImg_End -->"
    )


def _quote_link(code: str, name: str) -> str:
    market, bare = _market_id(code)
    nid = f"{market}.{bare}"
    link = f'<a href="http://quote.eastmoney.com/unify/r/{nid}" class="keytip" data-code="{market},{bare}">{name}</a>'
    return f'<span id="stock_{nid}">{link}</span><span id="quote_{nid}"></span>'
