"""Offices and their publishing systems: TRS, Epoint, Hanweb, DedeCMS, notices that are tables."""

from __future__ import annotations

from tests.crawler.shapes.model import BRIDGE, FOOT, HARVEST, SERVICE, Shape, nav, rail

NOTICE_TITLE = "城西区居家养老呼叫服务采购项目成交结果公告"
NOTICE = (
    "一、项目编号：CXCG-2023-0117",
    "二、项目名称：城西区居家养老呼叫服务采购项目",
    "三、成交信息",
    "标项\t供应商名称\t供应商地址\t成交金额（元）",
    "1\t安康养老服务有限公司\t城西区幸福路18号\t2925360.00",
    "2\t邻里家政服务中心\t城西区东风巷3号\t1280000.00",
    "四、评审专家名单：张一、李二、王三",
    "五、公告期限：自本公告发布之日起1个工作日。",
    "六、凡对本次公告内容提出询问，请按以下方式联系。",
    "采购人信息：城西区民政局，地址：城西区政务大道1号，联系方式：0000-1234567",
    "城西区民政局",
    "2023年6月7日",
)

TRS = Shape(
    name="TRS with a table of particulars above",
    title="城西区人民政府办公室关于推进居家养老呼叫服务的通知",
    published="2022-04-15",
    lines=("各街道办事处，区政府各部门：", *SERVICE.lines, "城西区人民政府办公室", "2022年4月11日"),
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>城西区人民政府办公室关于推进居家养老呼叫服务的通知_区政府文件_城西区人民政府</title>
<meta name="SiteName" content="城西区人民政府"><meta name="ArticleTitle" content="城西区人民政府办公室关于推进居家养老呼叫服务的通知"><meta name="PubDate" content="2022-04-15"><meta name="ContentSource" content="区政府办"></head><body><div class="nav">{nav(("首页", "政务公开", "政务服务", "互动交流", "走进城西"))}</div>
<div class="dqwz">当前位置：<a href="/">首页</a> > <a href="/zw">政务公开</a> > <a href="/wj">区政府文件</a></div>
<table class="xxgk_tab"><tr><td>索引号：</td><td>000014349/2022-00031</td><td>主题分类：</td><td>民政、扶贫、救灾</td></tr><tr><td>发文机关：</td><td>城西区人民政府办公室</td><td>成文日期：</td><td>2022年04月11日</td></tr><tr><td>标　　题：</td><td colspan=3>城西区人民政府办公室关于推进居家养老呼叫服务的通知</td></tr><tr><td>发文字号：</td><td>城西政办发〔2022〕12号</td><td>发布日期：</td><td>2022年04月15日</td></tr></table>
<div class="xl_title">城西区人民政府办公室关于推进居家养老呼叫服务的通知</div>
<div class="pages_content" id="UCAP-CONTENT"><div class="TRS_Editor"><style>.TRS_Editor P{{line-height:1.5;font-family:宋体;}}</style><p>各街道办事处，区政府各部门：</p>{SERVICE.p()}<p align="right">城西区人民政府办公室</p><p align="right">2022年4月11日</p></div></div>
<div class="share">分享到：<a>微信</a> <a>微博</a> <a href="javascript:window.print()">【打印】</a><a href="javascript:window.close()">【关闭】</a></div>
<div class="footer"><p>主办：城西区人民政府办公室 网站标识码：0000000000 备案号：某ICP备00000000号</p></div></body></html>""",
)

EPOINT = Shape(
    name="Epoint result notice with a table",
    title=NOTICE_TITLE,
    published="2023-06-07",
    lines=NOTICE,
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{NOTICE_TITLE}</title></head><body><div class="ewb-header">{nav(("首页", "交易信息", "政策法规", "服务指南"))}</div>
<div class="ewb-location">您现在的位置：<a href="/">首页</a>&nbsp;&gt;&nbsp;<a href="/jyxx">交易信息</a>&nbsp;&gt;&nbsp;<a href="/cg">政府采购</a></div>
<div class="ewb-article"><h3 class="article-title">{NOTICE_TITLE}</h3><div class="info-source">【信息时间：2023-06-07  阅读次数：<span id="infod">128</span>】<a href="javascript:void(0)" onclick="window.print()">【我要打印】</a><a href="javascript:void(0)">【关闭】</a></div>
<div class="ewb-article-info" id="mainContent"><p>{NOTICE[0]}</p><p>{NOTICE[1]}</p><p>{NOTICE[2]}</p><table border="1">{"".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split(chr(9))) + "</tr>" for row in NOTICE[3:6])}</table>
{"".join(f"<p>{line}</p>" for line in NOTICE[6:10])}<p style="text-align:right">{NOTICE[10]}</p><p style="text-align:right">{NOTICE[11]}</p></div></div>
<div class="ewb-footer"><p>主办单位：城西区公共资源交易中心 技术支持：某某软件</p><p>某ICP备00000000号-1</p></div></body></html>""",
)

TABLE_ONLY = Shape(
    name="a notice that is one table",
    title="北坪县农业服务项目采购意向公开",
    published="2024-02-21T15:09",
    lines=(
        "为便于供应商及时了解政府采购信息，根据有关规定，现将北坪县农业农村局2024年3月采购意向公开如下：",
        "序号\t采购项目名称\t采购需求概况\t预算金额（万元）\t预计采购时间",
        "1\t稻虾共作技术指导服务\t为全县3.2万亩种养基地提供技术指导、统一供苗和病害防治服务，服务期一年\t180.00\t2024年3月",
        "2\t水产品冷库运营服务\t冷库日常运营、设备维护及安全管理，库容两千吨\t96.50\t2024年3月",
        "本次公开的采购意向是本单位政府采购工作的初步安排，具体采购项目情况以相关采购公告和采购文件为准。",
    ),
    html=f"""<html><head><meta charset="utf-8"><title>北坪县政府采购网</title></head><body><div id="header">{nav(("首页", "采购公告", "政策法规", "下载专区"))}</div>
<div class="main"><div class="position">当前位置：首页 / 采购意向</div><div class="detail"><h1>北坪县农业服务项目采购意向公开</h1><p class="time">发布时间：2024-02-21 15:09　发布单位：北坪县农业农村局</p>
<div class="con"><p>　　为便于供应商及时了解政府采购信息，根据有关规定，现将北坪县农业农村局2024年3月采购意向公开如下：</p>
<table><thead><tr><th>序号</th><th>采购项目名称</th><th>采购需求概况</th><th>预算金额（万元）</th><th>预计采购时间</th></tr></thead><tbody><tr><td>1</td><td>稻虾共作技术指导服务</td><td>为全县3.2万亩种养基地提供技术指导、统一供苗和病害防治服务，服务期一年</td><td>180.00</td><td>2024年3月</td></tr><tr><td>2</td><td>水产品冷库运营服务</td><td>冷库日常运营、设备维护及安全管理，库容两千吨</td><td>96.50</td><td>2024年3月</td></tr></tbody></table>
<p>　　本次公开的采购意向是本单位政府采购工作的初步安排，具体采购项目情况以相关采购公告和采购文件为准。</p></div></div></div>{FOOT}</body></html>""",
)

HANWEB = Shape(
    name="Hanweb with comments as markers",
    title=HARVEST.title,
    published="2020-09-25T17:33",
    lines=HARVEST.lines,
    source="县融媒体中心",
    html=f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>北坪县人民政府 部门动态 {HARVEST.title}</title><meta name="pubDate" content="2020-09-25 17:33:00"><meta name="contentSource" content="县融媒体中心"></head><body>
<table width="1000" align="center"><tr><td>{nav(("首页", "政府信息公开", "办事服务", "互动"))}</td></tr></table><table width="1000" align="center" class="bt_content"><tr><td class="title"><!--<$[标题名称(html)]>begin-->{HARVEST.title}<!--<$[标题名称(html)]>end--></td></tr>
<tr><td align="center">发布日期：2020-09-25 17:33　信息来源：县融媒体中心　浏览次数：<script>document.write(12)</script>　字号：[ <a>大</a> <a>中</a> <a>小</a> ]</td></tr>
<tr><td class="bt_text"><div id="zoom"><!--ZJEG_RSS.content.begin-->{HARVEST.p(' style="text-indent:2em"', "")}<!--ZJEG_RSS.content.end--></div></td></tr></table>
<table width="1000" align="center"><tr><td>北坪县人民政府办公室主办 浙ICP备00000000号</td></tr></table></body></html>""",
)

DEDE = Shape(
    name="DedeCMS with small labels",
    title=BRIDGE.title,
    published="2012-12-12T09:27",
    lines=BRIDGE.lines,
    source="临江交通网",
    html=f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>{BRIDGE.title}_某某协会</title></head><body class="articleview"><div class="header">{nav()}</div>
<div class="w960 center clear mt1"><div class="pleft"><div class="place"><strong>当前位置:</strong> <a href="/">主页</a> > <a href="/x">行业动态</a> ></div>
<div class="viewbox"><div class="title"><h2>{BRIDGE.title}</h2></div><div class="info"><small>时间:</small>2012-12-12 09:27<small>来源:</small>临江交通网 <small>作者:</small>admin　<small>点击:</small><script src="/count.php"></script>次</div>
<div class="intro">{BRIDGE.lines[0][:40]}...</div><div class="content"><table width="100%"><tr><td>{BRIDGE.p()}</td></tr></table></div>
<div class="dede_pages"><ul class="pagelist"></ul></div><div class="newdigg"><div class="diggbox"><span>顶一下</span>(3) 100%</div><div class="diggbox"><span>踩一下</span>(0) 0%</div></div>
<div class="context"><ul><li>上一篇：<a href="1.html">某协会召开年度工作会议</a></li><li>下一篇：<a href="2.html">关于组织参观考察的通知</a></li></ul></div></div>
<div class="mt1"><dl class="tbox"><dt><strong>最新评论</strong></dt><dd>请自觉遵守互联网相关的政策法规，严禁发布色情、暴力、反动的言论。</dd></dl></div></div>
<div class="pright"><dl class="tbox"><dt><strong>热点内容</strong></dt><dd>{rail(8)}</dd></dl></div></div></body></html>""",
)

SITE_TITLE = Shape(
    name="the page calls itself only by the site's name",
    title="城西区居家养老服务实现呼叫全覆盖",
    published="2021-03-03T10:00",
    lines=SERVICE.lines,
    source="区民政局",
    html=f"""<html><head><meta charset="utf-8"><title>城西区人民政府门户网站</title></head><body><div class="top">{nav(("首页", "新闻中心", "政务公开"))}</div>
<div class="list_con"><div class="wzbt">城西区居家养老服务实现呼叫全覆盖</div><div class="wzxx">来源：区民政局　　发布时间：2021-03-03 10:00　　访问量：86</div><div class="wznr">{SERVICE.p()}</div>
<div class="dyfx"><a>打印本页</a>　<a>关闭窗口</a></div></div><div class="foot2">城西区人民政府主办　某公网安备 00000000000000号</div></body></html>""",
)

DEADLINES = Shape(
    name="notice full of other dates",
    title="城西区居家养老呼叫服务采购项目竞争性磋商公告",
    published="2023-05-10T17:48",
    lines=(
        "项目概况：城西区居家养老呼叫服务采购项目的潜在供应商应在政府采购平台获取采购文件，并于2023年5月24日09:30（北京时间）前提交响应文件。",
        "一、项目基本情况",
        "项目编号：CXCG-2023-0117；预算金额：438万元；合同履行期限：自2023年7月1日起至2024年6月30日止。",
        "二、获取采购文件",
        "时间：2023年5月11日至2023年5月18日，每天上午8:30至12:00，下午14:00至17:30。",
        "三、响应文件提交",
        "截止时间：2023年5月24日09:30；地点：城西区公共资源交易中心三楼开标室。",
        "四、开启",
        "时间：2023年5月24日09:30；本公告期限为3个工作日。",
    ),
    html="""<html><head><meta charset="utf-8"><title>城西区居家养老呼叫服务采购项目竞争性磋商公告 - 某某采购网</title></head><body><div class="nav"><a href="/">首页</a><a href="/1">采购公告</a><a href="/2">结果公告</a></div>
<div class="d"><div class="d_t">城西区居家养老呼叫服务采购项目竞争性磋商公告</div><div class="d_m"><span>报名截止：2023年05月18日 17:30</span><span>发布时间：2023-05-10 17:48:02</span><span>开标时间：2023-05-24 09:30</span></div>
<div class="d_c"><p>项目概况：城西区居家养老呼叫服务采购项目的潜在供应商应在政府采购平台获取采购文件，并于2023年5月24日09:30（北京时间）前提交响应文件。</p><p><strong>一、项目基本情况</strong></p><p>项目编号：CXCG-2023-0117；预算金额：438万元；合同履行期限：自2023年7月1日起至2024年6月30日止。</p><p><strong>二、获取采购文件</strong></p><p>时间：2023年5月11日至2023年5月18日，每天上午8:30至12:00，下午14:00至17:30。</p><p><strong>三、响应文件提交</strong></p><p>截止时间：2023年5月24日09:30；地点：城西区公共资源交易中心三楼开标室。</p><p><strong>四、开启</strong></p><p>时间：2023年5月24日09:30；本公告期限为3个工作日。</p></div></div>
<div class="friend"><a href="/f1">财政部门网站</a><a href="/f2">交易中心网站</a></div></body></html>""",
)

SIGNED = Shape(
    name="dated by its signature only",
    title="关于暂停办理部分业务的公告",
    published="2022-09-28",
    lines=(
        "因系统升级改造，我中心定于近期暂停办理参保登记、关系转移和待遇申领等业务，请广大参保人员合理安排办事时间，由此带来的不便敬请谅解。",
        "暂停期间，已受理的业务将顺延办理；急需办理的，可拨打服务热线预约，工作人员会在两个工作日内回复。",
        "特此公告。",
    ),
    html="""<html><head><meta charset="utf-8"><title>关于暂停办理部分业务的公告</title></head><body><div class="nv"><a href="/">首页</a> <a href="/a">通知公告</a> <a href="/b">办事指南</a></div><div class="ct"><h2>关于暂停办理部分业务的公告</h2>
<div class="tx"><p>因系统升级改造，我中心定于近期暂停办理参保登记、关系转移和待遇申领等业务，请广大参保人员合理安排办事时间，由此带来的不便敬请谅解。</p><p>暂停期间，已受理的业务将顺延办理；急需办理的，可拨打服务热线预约，工作人员会在两个工作日内回复。</p><p>特此公告。</p></div><div class="qm"><p>二〇二二年九月二十八日</p></div></div><div class="bt">版权所有：某某服务中心</div></body></html>""",
)

OFFICES = (TRS, EPOINT, TABLE_ONLY, HANWEB, DEDE, SITE_TITLE, DEADLINES, SIGNED)
