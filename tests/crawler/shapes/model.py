"""What a shape is, and the articles that fill the shapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A page and what is to be read from it; `published` is ISO in China's time, a bare day where no clock is shown."""

    name: str
    html: str
    title: str
    published: str | None
    lines: tuple[str, ...]
    source: str = ""
    """Checked where given."""
    url: str = "https://www.unknown.example/a/1.html"


@dataclass(frozen=True, kw_only=True)
class Story:
    """A headline and paragraphs."""

    title: str
    lines: tuple[str, ...]

    def p(self, attributes: str = "", indent: str = "　　") -> str:
        """The paragraphs as elements."""
        return "".join(f"<p{attributes}>{indent}{line}</p>\n" for line in self.lines)

    def br(self) -> str:
        """The paragraphs as lines."""
        return "<br><br>\n".join(f"　　{line}" for line in self.lines)


BRIDGE = Story(
    title="临江市跨江大桥通车 两岸通勤缩短至十二分钟",
    lines=(
        "昨日上午十时，随着首批社会车辆驶上引桥，历时四年建设的临江市第三跨江大桥正式通车。大桥全长5.8公里，双向八车道，设计时速80公里。",
        "记者在现场看到，不少市民提前赶到桥头等候。家住江南新区的教师陈女士说，过去去江北上班要绕行二十多公里，“现在一脚油门就到了”。",
        "据项目负责人介绍，施工期间先后攻克了深水基础、大跨合龙等难题，主塔高度达到176米，混凝土用量约42万立方米。",
        "市交通运输局表示，大桥通车后，两岸早晚高峰的平均通勤时间将由四十分钟缩短至十二分钟，过江压力有望减少三成。",
        "下一步，当地还将在桥北规划公交枢纽，新增五条线路与地铁接驳，预计明年上半年投入使用。",
    ),
)
HARVEST = Story(
    title="北坪县万亩晚稻开镰，“稻虾共作”让农户增收",
    lines=(
        "金秋时节，走进北坪县双河镇，连片的晚稻随风起伏，十几台收割机在田间来回穿梭，空气中弥漫着稻谷的清香。",
        "种粮大户周建国今年流转了600亩水田，全部采用“稻虾共作”模式。他算了一笔账：稻谷亩产约1100斤，小龙虾亩产180斤，两项合计每亩纯收入超过2800元。",
        "“以前只种一季稻，忙活一年也就图个温饱。”周建国说，镇里统一供苗、统一回收，还请了省农科院的专家来上课，心里踏实多了。",
        "县农业农村局局长刘芳告诉记者，全县“稻虾共作”面积已达3.2万亩，带动农户4600余户，化肥使用量同比下降21%。",
        "业内人士认为，这一模式能否持续，关键在于品牌与冷链。目前，当地正在建设一座可储存两千吨水产品的冷库。",
        "据了解，北坪县计划用三年时间，把种植面积扩大到5万亩。",
    ),
)
SERVICE = Story(
    title="城西区推出居家养老“一键呼叫”服务 首批覆盖八千户",
    lines=(
        "近日，城西区民政局联合三家服务机构推出居家养老“一键呼叫”服务，首批覆盖全区独居、高龄老人家庭8126户。",
        "根据方案，老人按下呼叫器后，后台须在30秒内应答，服务人员须在20分钟内上门。服务内容包括助餐、助浴、助洁和紧急救助等六大类。",
        "“上个月半夜头晕，按了一下，社区医生一刻钟就到了。”今年82岁的林奶奶对这项服务赞不绝口。",
        "所需经费由区财政和福利彩票公益金共同承担，每户每年补贴标准为360元，个人无需缴费。",
        "区民政局有关负责人表示，年底前服务将扩展至全部80岁以上老人，届时预计惠及1.5万人。",
    ),
)


def rail(count: int = 12, *, words: str = "这里是侧栏里与正文无关的一条新闻标题") -> str:
    """A list of links, as stands beside every article."""
    return "<ul>" + "".join(f'<li><a href="/n/{n}.html">{words}之{n}</a></li>' for n in range(count)) + "</ul>"


def nav(words: Iterable[str] = ("首页", "新闻", "财经", "体育", "娱乐", "科技", "教育", "房产", "汽车")) -> str:
    """A line of links, as stands above every article."""
    return " | ".join(f'<a href="/{n}/">{word}</a>' for n, word in enumerate(words))


FOOT = '<div class="foot"><p><a href="/about">关于我们</a> | <a href="/ad">广告服务</a> | <a href="/law">法律声明</a></p><p>Copyright © 2000-2024 某某网 版权所有 京ICP证000000号</p></div>'
