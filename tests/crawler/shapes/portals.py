"""News portals and papers, from table layouts to today."""

from __future__ import annotations

from tests.crawler.shapes.model import BRIDGE, FOOT, HARVEST, SERVICE, Shape, nav, rail

TABLES = Shape(
    name="tables and fonts",
    title=BRIDGE.title,
    published="2003-09-29T08:15",
    lines=BRIDGE.lines,
    source="临江晚报",
    html=f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{BRIDGE.title}_新闻中心_某某网</title></head>
<body bgcolor=#ffffff><center><table width=760 border=0 cellspacing=0><tr><td><a href="/"><img src=logo.gif></a></td><td>{nav()}</td></tr></table>
<table width=760 border=0><tr><td width=560 valign=top>
<table width=560><tr><td class=lmenu>您的位置：<a href="/">首页</a> &gt; <a href="/gn">国内</a> &gt; 正文</td></tr>
<tr><th class=f24><font color=#05006C size=5><b>{BRIDGE.title}</b></font></th></tr>
<tr><td align=center><font size=2>http://www.某某网.example　2003年09月29日08:15　<font color=#A20010>临江晚报</font></font></td></tr>
<tr><td class=l17><font class=f14><table align=left><tr><td><iframe src=ad.html></iframe></td></tr></table>
{BRIDGE.br()}</font></td></tr>
<tr><td align=right><a href="javascript:print()">打印</a> <a href="javascript:window.close()">关闭窗口</a></td></tr></table></td>
<td width=200 valign=top><table><tr><td>相关新闻</td></tr><tr><td>{rail(10)}</td></tr></table></td></tr></table>
<font size=2>版权所有 某某网 未经授权禁止转载</font></center></body></html>""",
)

CENTRED = Shape(
    name="centred font without classes",
    title=HARVEST.title,
    published="2006-10-18",
    lines=HARVEST.lines,
    source="北坪日报",
    html=f"""<HTML><HEAD><TITLE>某某新闻网</TITLE></HEAD><BODY><P align=center>{nav()}</P>
<CENTER><FONT size=5 color=red>{HARVEST.title}</FONT></CENTER>
<CENTER><FONT size=2>2006-10-18 来源：北坪日报 作者：王明 浏览次数：3021</FONT></CENTER><HR>
<DIV style="font-size:14px;line-height:200%">{"".join(f"<P>&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in HARVEST.lines)}</DIV>
<HR><P>上一篇：<A href=1.htm>某镇举办秋季运动会</A></P><P>下一篇：<A href=2.htm>某校新食堂投入使用</A></P>
<P align=center>地址：某省某市某路1号 电话：0000-0000000</P></BODY></HTML>""",
)

BOXES = Shape(
    name="portal of 2008 with adverts inside the body",
    title=SERVICE.title,
    published="2009-05-12T07:31",
    lines=SERVICE.lines,
    source="城西日报",
    html=f"""<!DOCTYPE html><html><head><meta charset="gbk"><title>{SERVICE.title}_财经频道_某某网</title>
<meta name="keywords" content="养老,民政"><meta name="description" content="{SERVICE.lines[0]}"></head><body>
<div class="topNav">{nav()}</div><div class="blkBreadcrumb"><a href="/">首页</a> > <a href="/c">社会</a> > 正文</div>
<div class="blkContainer"><div class="blkContainerPblk"><div class="blkContainerSblk">
<h1 id="artibodyTitle">{SERVICE.title}</h1><div class="artInfo"><span id="art_source"><a href="http://x.example">http://www.某某网.example</a></span>
<span id="pub_date">2009年05月12日 07:31</span> <span id="media_name"><a href="http://y.example">城西日报</a></span>
<a href="#comment">我要评论(<span>0</span>)</a></div>
<div class="blkContainerSblkCon" id="artibody"><!-- 正文内容 begin -->
<p>　　{SERVICE.lines[0]}</p><div class="otherContent_01" style="width:200px;float:left"><iframe></iframe><div>热点专题</div><ul><li><a href="/1">某地春运专题报道进行中</a></li><li><a href="/2">市民热线每日受理情况</a></li></ul></div>
{"".join(f"<p>　　{line}</p>" for line in SERVICE.lines[1:])}
<!-- 正文内容 end --></div>
<div class="tagBox">相关专题：<a href="/t">民生服务</a></div><div class="moreRelated"><h3>相关报道:</h3>{rail(6)}</div>
<div class="comment"><p>网友评论：这个服务真的很好，希望我们小区也能早日用上，老人的晚年生活就更有保障了！</p></div></div></div></div>
<div class="blk_sidebar">{rail(15)}</div>{FOOT}</body></html>""",
)

SPLIT_CLOCK = Shape(
    name="date in pieces beside the headline",
    title=BRIDGE.title,
    published="2021-05-20T10:30",
    lines=BRIDGE.lines,
    source="临江发布",
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{BRIDGE.title}-某某网</title></head><body><div class="nav-wrap">{nav()}</div>
<div class="header domPC"><div class="header-top clearfix"><div class="header-nav left"><a href="/">某某网</a> &gt; <a href="/p">时政</a> &gt; 正文</div></div>
<div class="header-cont clearfix"><div class="header-time left"><span class="year"><em> 2021</em></span> <span class="day"><em> 05</em>/<em> 20</em></span> <span class="time"> 10:30:08</span></div>
<div class="source">来源：临江发布</div><div class="head-line clearfix"><h1><span class="title">{BRIDGE.title}</span></h1><div class="pageShare">字体：<a>小</a><a>中</a><a>大</a> 分享到：</div></div></div></div>
<div class="mheader domMobile"><div class="info">2021-05-20 10:30:08 来源：临江发布</div></div>
<div class="main clearfix"><div class="main-left left"><div id="detail">{BRIDGE.p()}</div><div class="columBox"><span class="editor">【责任编辑:张三】</span></div><div class="bookList"><h3>阅读下一篇：</h3>{rail(4)}</div></div></div>{FOOT}</body></html>""",
)

RAIL_CLOCK = Shape(
    name="year, day and clock in three boxes",
    title=HARVEST.title,
    published="2019-10-21T09:42",
    lines=HARVEST.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>{HARVEST.title}_某某网</title><meta name="apub:time" content="10/21/2019, 9:42:17 AM">
<script>window.DATA = {{"article_id": "2019102100", "title": "{HARVEST.title}", "media": "某某农业", "pubtime": "2019-10-21 09:42:17", "comment_id": "432"}}</script></head>
<body><div class="qq_conent clearfix"><div class="LEFT"><h1>{HARVEST.title}</h1><div class="content clearfix">
<div class="LeftTool"><div class="left-stick-wp"><div class="left-stick"><div class="sd"><div class="year through"><span>2019</span></div><div class="md">10/<br>21</div><div class="time">09:42</div></div><div class="fx"><div>分享</div></div><div class="pl"><a>评论</a></div></div></div></div>
<div class="content-article">{HARVEST.p(' class="one-p"', "")}<div id="Status"></div></div></div></div><div class="RIGHT"><h3>推荐</h3>{rail(14)}</div></div>{FOOT}</body></html>""",
)

PAGED = Shape(
    name="first of several pages",
    title=SERVICE.title,
    published="2014-03-06T16:20",
    lines=SERVICE.lines,
    source="某某周刊",
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{SERVICE.title}(1)_某某网</title></head><body><div class="nav">{nav()}</div>
<div class="article"><h1>{SERVICE.title}</h1><div class="msg">2014-03-06 16:20:11　来源：某某周刊　<a>有0人参与</a></div>
<div class="text" id="text_area">{SERVICE.p()}
<div class="page_fenye"><span>1</span> <a href="1_2.html">2</a> <a href="1_3.html">3</a> <a href="1_2.html">下一页</a> <a href="1_all.html">阅读全文</a> (共3页)</div></div>
<p class="zebian">(责任编辑：李四)</p></div><div class="side">{rail(9)}</div>{FOOT}</body></html>""",
)

SCRIPTED = Shape(
    name="date written by a script",
    title=BRIDGE.title,
    published="2016-11-03T18:05",
    lines=BRIDGE.lines,
    html=f"""<html><head><meta charset="utf-8"><title>{BRIDGE.title}</title></head><body><div id="menu">{nav()}</div>
<div class="con"><h2 class="con_t">{BRIDGE.title}</h2><div class="con_i"><span id="ptime"></span><span id="src"></span></div>
<script>var pubTime = "2016-11-03 18:05:44"; document.getElementById("ptime").innerHTML = pubTime;</script>
<div class="con_c">{BRIDGE.p()}</div></div><div class="r">{rail(8)}</div>{FOOT}</body></html>""",
)

ZULU = Shape(
    name="metadata in UTC, a bare day in print",
    title=HARVEST.title,
    published="2022-10-16T07:05",
    lines=HARVEST.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{HARVEST.title} - 某某新闻</title><meta property="og:title" content="{HARVEST.title}">
<meta property="article:published_time" content="2022-10-15T23:05:00Z"><meta property="article:modified_time" content="2022-10-17T01:00:00Z"></head>
<body><header><nav>{nav()}</nav></header><main><article><h1>{HARVEST.title}</h1><p class="byline">记者 王小明 <time datetime="2022-10-15T23:05:00Z">2022年10月16日</time></p>
<div class="prose">{HARVEST.p("", "")}</div></article><aside>{rail(9)}</aside></main>{FOOT}</body></html>""",
)

PAPER = Shape(
    name="electronic edition of a printed paper",
    title=BRIDGE.title,
    published="2018-12-05",
    lines=BRIDGE.lines,
    url="http://paper.unknown.example/html/2018-12/05/content_99.htm",
    html=f"""<html xmlns:founder="urn:x"><head><meta charset="utf-8"><title>临江日报--2018年12月05日--{BRIDGE.title}</title></head><body>
<table width="100%"><tr><td class="rigth_bmdh_href">2018年12月05日 星期三</td><td><a href="node_1.htm">版面导航</a> <a href="node_2.htm">上一期</a> <a href="node_3.htm">下一期</a></td></tr></table>
<table><tr><td class="lai">第A05版：都市新闻</td><td><a href="up.htm">上一版</a> <a href="down.htm">下一版</a></td></tr></table>
<div id="ScroLeft"><table id="main-ed-articlenav-list">{"".join(f"<tr><td><a href=content_{n}.htm>本版另一篇报道的标题之{n}</a></td></tr>" for n in range(8))}</table></div>
<div id="ScroRight"><table class="content_tt"><tr><td class="font01" align="center"><founder-title>{BRIDGE.title}</founder-title></td></tr><tr><td class="font02"></td></tr></table>
<div id="ozoom"><founder-content>{BRIDGE.p()}</founder-content></div></div>
<div class="bottom">本报地址：临江市报业大厦 广告热线：0000-0000000</div></body></html>""",
)

BROADCAST = Shape(
    name="broadcaster with a player above the text",
    title=SERVICE.title,
    published="2020-08-19T11:08",
    lines=SERVICE.lines,
    source="某某卫视",
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{SERVICE.title}_新闻频道_某某网(www.x.example)</title></head><body><div class="head_ind">{nav()}</div>
<div id="page_body"><div class="column_wrapper"><div class="content_area" id="content_area_wrap"><h1>{SERVICE.title}</h1><div class="info"><span class="focus">来源：某某卫视 | 2020年08月19日 11:08:29</span></div>
<div class="function"><a>分享</a> <a>收藏</a></div><div class="video"><div id="player">您的浏览器版本过低，请升级浏览器或下载客户端观看视频。</div></div>
<div class="cnt_bd">{SERVICE.p()}</div><div class="zebian"><span>编辑：赵五</span> <span>责任编辑：钱六</span></div><div class="bg_top"></div></div>
<div class="col_w300">{rail(10)}<div class="tuijian"><p>精彩推荐：这是一段很长的推荐文字，介绍了另外一档节目里令人难忘的故事，讲述者娓娓道来。</p></div></div></div></div>{FOOT}</body></html>""",
)

SUBTITLED = Shape(
    name="shoulder head, headline in two lines, subhead",
    title="临江市跨江大桥通车 两岸通勤缩短至十二分钟",
    published="2017-07-01T06:00",
    lines=BRIDGE.lines,
    source="临江日报",
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>临江市跨江大桥通车 两岸通勤缩短至十二分钟--某某网</title></head><body><div class="w1000">{nav()}</div>
<div class="text_title"><h3 class="pre">推进区域一体化</h3><h1>临江市跨江大桥通车<br> 两岸通勤缩短至十二分钟</h1><h4 class="sub">四年建设攻克多项难题</h4>
<div class="box01"><div class="fl">2017年07月01日06:00    来源：<a href="http://y.example">临江日报</a></div><div class="message"></div></div></div>
<div class="box_con" id="rwb_zw">{BRIDGE.p()}<div class="edit clearfix">(责编：周七、吴八)</div></div>
<div class="clearfix text_con_right"><h2>热门排行</h2>{rail(10)}</div>{FOOT}</body></html>""",
)

MOBILE = Shape(
    name="mobile page with a date without year",
    title=HARVEST.title,
    published="2023-10-12T08:21",
    lines=HARVEST.lines,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{HARVEST.title}</title>
<meta property="og:release_date" content="2023-10-12 08:21:37"></head><body><section class="top">{nav()}</section><article class="art_box">
<h1 class="art_tit_h1">{HARVEST.title}</h1><section class="art_user"><cite>某某农业</cite><time>10-12 08:21</time><a>关注</a></section>
<section class="art_pic_card art_content"><figure><img src="a.jpg"></figure>{HARVEST.p(' class="art_p"', "")}</section>
<div class="look_more"><a>点击展开全文</a></div></article><section class="cmt"><h2>热门评论</h2><div class="cmt_item"><p>真好，我们村今年也养了小龙虾，收成不错，明年打算再多养一些，让日子越过越红火！</p></div></section>
<section class="j_hot"><h2>热门推荐</h2>{rail(8)}</section></body></html>""",
)

TRADITIONAL = Shape(
    name="traditional characters",
    title="跨江大橋今早通車 兩岸通勤縮短至十二分鐘",
    published="2021-12-19T15:04",
    lines=(
        "歷時四年建設的第三跨江大橋今早十時正式通車，首批車輛在警車引領下駛過引橋，市民夾道歡迎，場面熱鬧。",
        "運輸部門表示，大橋全長5.8公里，設計時速80公里，預料可分流現有隧道約三成的車流量。",
        "有居於新區的市民指出，以往上班須繞行二十多公里，「現在十多分鐘便到」，形容是等了很久的好消息。",
        "當局又說，明年上半年將增設五條巴士路線接駁，屆時收費安排會再作公布。",
    ),
    source="某某日報",
    html="""<!DOCTYPE html><html lang="zh-HK"><head><meta charset="utf-8"><title>跨江大橋今早通車 兩岸通勤縮短至十二分鐘 - 某某日報</title></head><body><div class="menu"><a href="/">首頁</a><a href="/l">本地</a><a href="/w">國際</a></div>
<div class="detail"><h1>跨江大橋今早通車 兩岸通勤縮短至十二分鐘</h1><div class="info">發布時間：2021年12月19日 15:04 | 更新時間：2021年12月19日 19:30 來源：某某日報</div>
<div class="body"><p>歷時四年建設的第三跨江大橋今早十時正式通車，首批車輛在警車引領下駛過引橋，市民夾道歡迎，場面熱鬧。</p><p>運輸部門表示，大橋全長5.8公里，設計時速80公里，預料可分流現有隧道約三成的車流量。</p><p>有居於新區的市民指出，以往上班須繞行二十多公里，「現在十多分鐘便到」，形容是等了很久的好消息。</p><p>當局又說，明年上半年將增設五條巴士路線接駁，屆時收費安排會再作公布。</p></div>
<div class="relat"><h3>相關新聞</h3><ul><li><a href="/1">隧道收費下月調整 車主反應不一</a></li><li><a href="/2">新巴士路線諮詢期屆滿</a></li></ul></div></div><div>版權所有 不得轉載</div></body></html>""",
)

ENGLISH = Shape(
    name="English edition",
    title="Cross-river bridge opens to traffic in Linjiang",
    published="2024-03-18T09:12",
    lines=(
        "A cross-river bridge opened to traffic in Linjiang on Sunday morning, cutting the commute between the two banks to 12 minutes from 40.",
        "The 5.8-kilometer bridge has eight lanes and is designed for a speed of 80 km per hour, the city's transport bureau said.",
        '"I used to drive more than 20 kilometers around to get to work," said Chen, a teacher who lives in the new district on the south bank.',
        "The bureau said five bus routes will be added in the first half of next year to connect the bridge with the subway.",
    ),
    html="""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Cross-river bridge opens to traffic in Linjiang - Some Daily</title><meta name="publishdate" content="2024-03-18 09:12"></head><body><div class="topNav"><a href="/">Home</a><a href="/c">China</a><a href="/b">Business</a></div>
<div class="lft_art"><h1>Cross-river bridge opens to traffic in Linjiang</h1><div class="info"><span class="info_l">By Wang Ming | Some Daily | Updated: 2024-03-18 09:12</span></div><div id="Content">
<p>A cross-river bridge opened to traffic in Linjiang on Sunday morning, cutting the commute between the two banks to 12 minutes from 40.</p><p>The 5.8-kilometer bridge has eight lanes and is designed for a speed of 80 km per hour, the city's transport bureau said.</p><p>"I used to drive more than 20 kilometers around to get to work," said Chen, a teacher who lives in the new district on the south bank.</p><p>The bureau said five bus routes will be added in the first half of next year to connect the bridge with the subway.</p></div></div>
<div class="rt"><h2>Most Viewed</h2><ul><li><a href="/1">Spring planting in full swing across northern provinces</a></li><li><a href="/2">City to host international marathon in May</a></li></ul></div><div class="foot">Copyright 1994 - 2024. All rights reserved.</div></body></html>""",
)

PORTALS = (
    TABLES, CENTRED, BOXES, SPLIT_CLOCK, RAIL_CLOCK, PAGED, SCRIPTED, ZULU, PAPER, BROADCAST, SUBTITLED, MOBILE, TRADITIONAL, ENGLISH,
)  # fmt: skip
