"""Pages of applications: text shipped as JSON, hashed class names, WeChat, forums, blogs."""

from __future__ import annotations

import json

from tests.crawler.shapes.model import BRIDGE, FOOT, HARVEST, SERVICE, Shape, nav, rail

_HTML = BRIDGE.p("", "")

WECHAT = Shape(
    name="WeChat with a hidden body and the time in a script",
    title=SERVICE.title,
    published="2021-05-20T10:30",
    lines=SERVICE.lines,
    source="城西民政",
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title></title><meta property="og:title" content="{SERVICE.title}"><meta property="og:site_name" content="微信公众平台"><meta property="og:description" content="一键呼叫"></head><body id="activity-detail">
<div id="js_article" class="rich_media"><div class="rich_media_inner"><div id="page-content" class="rich_media_area_primary"><div id="img-content" class="rich_media_wrp">
<h1 class="rich_media_title" id="activity-name">
{SERVICE.title}
</h1><div id="meta_content" class="rich_media_meta_list"><span class="rich_media_meta rich_media_meta_text">城西融媒</span><span class="rich_media_meta rich_media_meta_nickname" id="profileBt"><a href="javascript:void(0);" id="js_name">城西民政</a><div id="js_profile_qrcode" style="display:none;"><p>微信号 cxmz</p><p>功能介绍 发布民政政策，服务百姓生活，欢迎关注我们的公众号。</p></div></span><em id="publish_time" class="rich_media_meta rich_media_meta_text"></em></div>
<div class="rich_media_content js_underline_content" id="js_content" style="visibility: hidden; opacity: 0;"><section><section>{"".join(f'<p style="text-indent:2em"><span style="font-size:15px">{line}</span></p><p><br></p>' for line in SERVICE.lines)}</section></section></div>
<script>var first_sceen__time = (+new Date());</script></div><div id="js_tags" class="article-tag__list"></div></div>
<div class="rich_media_area_extra"><div id="js_pc_qr_code" class="qr_code_pc_outer" style="display:none;"><p>微信扫一扫<br>关注该公众号</p></div></div></div></div>
<script>var oriCreateTime = '1621477800'; var ct = "1621477800"; var nickname = "城西民政"; var svr_time = "1730000000"; var user_uin = "0";</script></body></html>""",
)

WECHAT_STRING = Shape(
    name="WeChat with the time as a string",
    title=HARVEST.title,
    published="2023-10-12T08:21",
    lines=HARVEST.lines,
    html=f"""<html><head><meta charset="utf-8"><title>{HARVEST.title}</title><meta property="og:title" content="{HARVEST.title}"></head><body><div class="rich_media"><h1 class="rich_media_title" id="activity-name">{HARVEST.title}</h1>
<div class="rich_media_meta_list"><a id="js_name">北坪发布</a><em id="publish_time">昨天</em></div><div id="js_content" class="rich_media_content" style="visibility: hidden;">{HARVEST.p("", "")}<p style="text-align:center">点击上方蓝字关注我们</p></div></div>
<script>var createTime = '2023-10-12 08:21'; var ct = '1697070100'; if (window.x) {{}}</script></body></html>""",
)

NEXT_RENDERED = Shape(
    name="hashed class names beside a JSON document",
    title=BRIDGE.title,
    published="2024-01-09T07:15",
    lines=BRIDGE.lines,
    source="临江客户端",
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{BRIDGE.title}_某某新闻</title></head><body><div id="__next"><div class="index_header__x1Zp">{nav()}</div><main class="index_wrapper__L_zqV"><div class="index_left__a8Q"><h1 class="index_title__B8mhI">{BRIDGE.title}</h1>
<div class="index_headerContent__sASF4"><div class="index_left__LfzyH"><div>临江客户端</div><div class="ant-space"><span>2024-01-09 07:15</span><span>来源：<span>临江客户端</span></span><span>字号</span></div></div></div>
<div class="index_cententWrap__Jv8jK">{_HTML}</div><div class="index_copyright__d77">责任编辑：张三</div><div class="index_statement__fjN">报料热线：0000-000</div></div><div class="index_right__kkd"><h2>热新闻</h2>{rail(10)}</div></main></div>
<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"pageProps": {"detail": {"title": BRIDGE.title, "content": _HTML, "pubTime": "2024-01-09 07:15", "interactionNum": "12"}}}}, ensure_ascii=False)}</script></body></html>""",
)

NEXT_ONLY = Shape(
    name="text in __NEXT_DATA__ only",
    title=BRIDGE.title,
    published="2024-01-09T07:15",
    lines=BRIDGE.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>某某新闻</title></head><body><div id="__next"><div class="loading">加载中...</div></div>
<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"pageProps": {"channels": [{"name": "要闻", "id": n} for n in range(5)], "recommend": [{"title": f"另一篇文章{n}", "summary": "这是推荐文章的摘要，短短的一句话。"} for n in range(5)], "detailData": {"contentDetail": {"contId": 1, "name": BRIDGE.title, "content": _HTML, "publishTime": 1704755700000, "author": "王明"}}}}}, ensure_ascii=False)}</script></body></html>""",
)

STATE = Shape(
    name="text in window.__INITIAL_STATE__ with escapes",
    title=SERVICE.title,
    published="2022-06-18T20:11",
    lines=SERVICE.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{SERVICE.title}-某某网</title><meta name="description" content="{SERVICE.lines[0]}"></head><body><div id="app"></div>
<script>window.__INITIAL_STATE__={json.dumps({"user": None, "detail": {"article": {"id": 5, "title": SERVICE.title, "content": SERVICE.p("", ""), "created_at": 1655554260, "updated_at": 1655600000}}, "hot": [{"title": "别的标题", "content": "<p>别的内容，很短。</p>"}]}).replace("/", chr(92) + "u002F")};(function(){{var s;(s=document.currentScript||document.scripts[document.scripts.length-1]).parentNode.removeChild(s);}}());</script><script src="/app.js"></script></body></html>""",
)

ALL_DATA = Shape(
    name="rendered page with a relative time and a script that knows better",
    title=HARVEST.title,
    published="2021-10-12T14:25",
    lines=HARVEST.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{HARVEST.title}_某某网</title><script>var allData = {json.dumps({"nav": [{"title": "首页"}], "docData": {"title": HARVEST.title, "newsTime": "2021-10-12 14:25:03", "source": "某某农业"}}, ensure_ascii=False)};</script></head>
<body><div class="index_nav_9d2">{nav()}</div><div class="index_leftContent_yYy"><h1 class="index_title_16R">{HARVEST.title}</h1><div class="index_timeBref_20j"><span>2021年10月12日 14:25:03</span><a>来源：某某农业</a></div><div class="index_main_content_rcR"><div class="index_text_D0U">{HARVEST.p()}</div></div><p class="index_tuiJ">下载客户端 独家抢先看</p></div><div class="index_right">{rail(9)}</div>{FOOT}</body></html>""",
)

EPOCH = Shape(
    name="relative time in print, epoch in a script",
    title=BRIDGE.title,
    published="2023-08-30T12:00",
    lines=BRIDGE.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{BRIDGE.title}-某某氪</title></head><body><div class="kr-header">{nav()}</div><div class="common-width margin-bottom-20"><h1 class="article-title margin-bottom-20 common-width">{BRIDGE.title}</h1><div class="article-title-icon common-width"><a class="title-icon-item item-a">王明</a><span class="title-icon-item item-time">·3小时前</span></div>
<div class="summary">大桥通了，两岸近了。</div><div class="common-width content articleDetailContent kr-rich-text-wrapper">{_HTML}</div><div class="article-footer-txt"><p>该文观点仅代表作者本人，平台仅提供信息存储空间服务。</p></div></div>
<script>window.initialState={json.dumps({"articleDetail": {"articleDetailData": {"data": {"itemId": 1, "widgetTitle": BRIDGE.title, "publishTime": 1693368000000}}}})}</script></body></html>""",
)

COLUMN = Shape(
    name="column with an edited time in print",
    title=SERVICE.title,
    published="2020-02-11T21:46",
    lines=SERVICE.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{SERVICE.title} - 某乎</title></head><body><div id="root"><main class="App-main"><article class="Post-Main Post-NormalMain" tabindex="-1"><header class="Post-Header"><h1 class="Post-Title">{SERVICE.title}</h1><div class="Post-Author"><div class="AuthorInfo"><a class="UserLink-link">李老师</a><div class="AuthorInfo-badgeText">社会工作者，关注养老与社区服务。</div></div><button class="FollowButton">关注</button></div><div class="VoteText">312 人赞同了该文章</div></header>
<div class="Post-RichTextContainer"><div class="RichText ztext Post-RichText">{SERVICE.p(' data-pid="x"', "")}</div></div><div class="ContentItem-time">编辑于 2020-02-13 08:00</div><div class="Post-topicsAndReviewer">养老 社区</div></article>
<div class="Comments-container"><div class="CommentContent">写得真好，我们社区也有这个服务，老人们都说方便，希望能一直办下去，越办越好！</div></div></main></div>
<script id="js-initialData" type="text/json">{json.dumps({"initialState": {"entities": {"articles": {"1": {"title": SERVICE.title, "created": 1581428760, "updated": 1581552000, "content": SERVICE.p("", "")}}}}}, ensure_ascii=False)}</script></body></html>""",
)

FORUM = Shape(
    name="forum thread: the first post is the article",
    title=HARVEST.title,
    published="2015-10-20T19:03",
    lines=HARVEST.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="gbk"><title>{HARVEST.title} - 北坪论坛 - Powered by Discuz!</title></head><body id="nv_forum"><div id="hd">{nav(("论坛", "导读", "排行榜"))}</div><div id="ct"><div id="pt"><a href="/">论坛</a> › <a href="/f">农业版</a> › {HARVEST.title}</div>
<h1 class="ts"><span id="thread_subject">{HARVEST.title}</span></h1><div id="postlist">
<div id="post_1"><table class="plhin"><tr><td class="pls"><div class="authi"><a href="/u1">田间记者</a></div><p>主题 12 帖子 88 积分 350</p></td><td class="plc"><div class="pi"><em id="authorposton1">发表于 2015-10-20 19:03:55</em> | <a>只看该作者</a> <strong>楼主</strong></div><div class="pct"><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_1">{HARVEST.br()}</td></tr></table></div></div></td></tr></table></div>
<div id="post_2"><table class="plhin"><tr><td class="pls"><div class="authi"><a href="/u2">老周</a></div></td><td class="plc"><div class="pi"><em>发表于 2015-10-21 08:00</em></div><div class="pct"><table><tr><td class="t_f" id="postmessage_2">顶一个，今年我家也养了，就是虾价不太稳，希望冷库早点建好。</td></tr></table></div></td></tr></table></div>
<div id="post_3"><table class="plhin"><tr><td class="pls"><div class="authi"><a href="/u3">小芳</a></div></td><td class="plc"><div class="pi"><em>发表于 2015-10-22 09:10</em></div><div class="pct"><table><tr><td class="t_f" id="postmessage_3">支持家乡，写得很详细，转发给在外打工的亲戚看看，说不定就回来种田了。</td></tr></table></div></td></tr></table></div>
</div></div><div id="ft">Powered by Discuz! X3.2 © 2001-2013 Comsenz Inc.</div></body></html>""",
)

WORDPRESS = Shape(
    name="WordPress with comments and neighbours",
    title=BRIDGE.title,
    published="2019-06-30T22:10",
    lines=BRIDGE.lines,
    html=f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{BRIDGE.title} – 江边小站</title><script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "江边小站"}, {"@type": "BreadcrumbList"}, {"@type": "WebPage", "name": BRIDGE.title, "datePublished": "2019-06-30T14:10:00+00:00", "dateModified": "2019-07-02T00:00:00+00:00"}]}, ensure_ascii=False)}</script></head>
<body class="single"><header class="site-header"><p class="site-title"><a href="/">江边小站</a></p><nav>{nav()}</nav></header><main class="site-main"><article class="post type-post hentry"><header class="entry-header"><h1 class="entry-title">{BRIDGE.title}</h1><div class="entry-meta"><span class="posted-on">发表于 <time class="entry-date published" datetime="2019-06-30T22:10:00+08:00">2019年6月30日</time></span><span class="byline"> 由 <a href="/author">江边人</a></span></div></header>
<div class="entry-content">{_HTML}</div><footer class="entry-footer"><span class="cat-links">发表在 <a href="/c">交通</a></span></footer></article>
<nav class="navigation post-navigation"><a href="/p" rel="prev">上一篇 一次难忘的徒步旅行</a><a href="/n" rel="next">下一篇 冬天的火锅怎么做</a></nav>
<div id="comments" class="comments-area"><h2>《{BRIDGE.title}》有 2 条评论</h2><ol class="comment-list"><li><article class="comment-body"><p>终于通车了，等了四年，第一天就去开了一趟，夜景非常漂亮，强烈推荐大家去看看！</p></article></li></ol></div></main><aside class="widget-area"><h2>近期文章</h2>{rail(6)}</aside></body></html>""",
)

LD_BODY = Shape(
    name="text in JSON-LD only",
    title=HARVEST.title,
    published="2022-10-16T07:05",
    lines=HARVEST.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{HARVEST.title}</title><script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": HARVEST.title, "datePublished": "2022-10-16T07:05:00+08:00", "articleBody": chr(10).join(HARVEST.lines), "publisher": {"@type": "Organization", "name": "某某新闻"}}, ensure_ascii=False)}</script></head><body><div id="root"></div><noscript>请启用脚本。</noscript><footer><p>京ICP备00000000号</p></footer></body></html>""",
)

SPANS = Shape(
    name="paragraphs as spans and breaks in nested boxes",
    title=SERVICE.title,
    published="2018-08-08T18:18",
    lines=SERVICE.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{SERVICE.title}_号外</title></head><body><div class="bar">{nav()}</div><div class="wrap"><div class="l"><div class="hd"><div class="tt">{SERVICE.title}</div><div class="st">2018-08-08 18:18 / 号外团队</div></div>
<div class="bd"><div><div>{"".join(f"<div><span><span>{line}</span></span></div><div><br/></div>" for line in SERVICE.lines)}</div></div></div><div class="fd"><span>阅读 1.2万</span><span>点赞 33</span></div></div><div class="r">{rail(7)}</div></div></body></html>""",
)

APPLICATIONS = (
    WECHAT, WECHAT_STRING, NEXT_RENDERED, NEXT_ONLY, STATE, ALL_DATA, EPOCH, COLUMN, FORUM, WORDPRESS, LD_BODY, SPANS,
)  # fmt: skip
