"""What the sites of a soak publish: general news without end, and among it the stories that people must hear of.

All of it is made from a seed. No two pieces of general news are alike, and no two stories are about one thing: each has a city,
a body, an amount and a winner, or a product and its figures, of its own.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from monitor.demo.articles import DemoArticle, Labels
from monitor.phrases import CHINA

CITIES = (
    "宜昌", "洛阳", "泉州", "保定", "遵义", "湛江", "烟台", "赣州", "大同", "柳州", "绍兴", "襄阳", "邯郸", "芜湖", "南通", "台州", "咸阳", "绵阳",
    "曲靖", "淄博", "岳阳", "惠州", "镇江", "廊坊", "安庆", "九江", "宝鸡", "开封", "潍坊", "桂林", "常德", "南阳", "德州", "衢州", "龙岩", "茂名",
    "吉安", "黄石", "沧州", "运城", "滁州", "丽水", "孝感", "衡阳", "内江", "铜仁", "玉溪", "汉中", "天水", "四平", "铁岭", "佳木斯", "丹东", "锦州",
    "商丘", "聊城", "宿迁", "三明", "韶关", "梧州",
)  # fmt: skip
_INSURERS = (
    "中国人民财产保险股份有限公司", "中国人寿保险股份有限公司", "中国太平洋人寿保险股份有限公司", "新华人寿保险股份有限公司", "泰康养老保险股份有限公司",
    "中国平安财产保险股份有限公司", "中华联合财产保险股份有限公司", "太平养老保险股份有限公司", "阳光财产保险股份有限公司",
)  # fmt: skip
_SHORT = ("人保财险", "中国人寿", "太平洋人寿", "新华保险", "泰康养老", "平安产险", "中华财险", "太平养老", "阳光财险")
_COVERS = ("城乡居民大病保险", "长期护理保险", "职工大额医疗费用补助保险", "城乡居民意外伤害保险")
_HEADLINES = (
    "{c}新地铁线路开工", "{c}夏粮收购进度过半", "{c}老旧小区加装电梯提速", "{c}中学生机器人比赛落幕", "{c}湿地迎来候鸟高峰", "{c}化工园区完成环保改造",
    "{c}图书馆延长开放时间", "{c}跨海大桥合龙", "{c}茶园机采面积扩大", "{c}篮球联赛常规赛收官", "{c}夜间经济街区开街", "{c}古城墙修缮完工",
    "{c}新增公交专用道", "{c}果园直播带货", "{c}大学城共享单车扩容", "{c}非遗工坊开门迎客",
)  # fmt: skip
_SENTENCES = (
    "记者从{c}有关部门获悉，工程总长{n}公里，设站点{m}座，计划{y}年后投入使用。", "截至本周，当地已收购小麦{n}万吨，粮库新增了{m}条机械化输送线。",
    "今年已有{n}部电梯投入使用，另有{m}部正在施工，分摊比例由楼栋自行商定。", "来自{n}所学校的{m}支队伍参赛，冠军由一所县级中学夺得。",
    "监测人员一天内记录到水鸟{n}种、{m}00余只，其中{y}种是本地新记录。", "园区关停{n}套老旧装置，新建污水处理能力每日{m}000吨。",
    "即日起闭馆时间推迟到晚上十点，新增座位{n}个，自助借还机{m}台。", "大桥主跨{n}米，历时{m}个月完成合龙，通车后两岸车程将缩短到{y}十分钟。",
    "今年机采面积达到{n}万亩，每亩节省人工{m}个，茶农收入稳步提高。", "主队以{n}比{m}取胜，主教练赛后说防守轮转比上半程好了很多。",
    "街区有商铺{n}家，开街首日客流约{m}万，油烟净化设备全部联网。", "工匠们用了{m}个月补砌{n}处坍塌，所用青砖全部按旧法烧制。",
    "专用道全长{n}公里，早高峰公交车速提高{m}个百分点。", "合作社一晚卖出脐橙{n}吨，快递点为此加开了{m}条打包线。",
    "{c}市民王先生说，这件事盼了{y}年，希望后续养护也能跟上。", "项目负责人表示，第{n}期工程将于{m}月启动，欢迎居民提意见。",
    "据统计，参与志愿服务的有{n}人，其中退休教师{m}名。", "业内人士提醒，相关标准仍在征求意见，{c}的做法可供{y}个邻市参考。",
    "当天的气温只有{m}度，仍有{n}位摄影爱好者赶到现场。", "主办方介绍，明年的活动将增加{y}个会场，预计接待游客{n}万人次。",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """Something to be told once, whoever prints it. `title` is found in every message that tells it."""

    number: int
    title: str
    text: str


def news(number: int, published: dt.datetime, chance: random.Random) -> DemoArticle:
    """General news: none of our business."""
    city = chance.choice(CITIES)
    lines = [
        one.format(c=city, n=chance.randint(12, 9_800), m=chance.randint(2, 97), y=chance.randint(2, 9))
        for one in chance.sample(_SENTENCES, 6)
    ]
    headline = chance.choice(_HEADLINES).format(c=city)
    text = "\n".join(("".join(lines[:2]), "".join(lines[2:4]), "".join(lines[4:])))
    return page(f"n{number}", f"{headline}（第{number}号报道）", text, published, f"{city}日报")


def story(number: int, chance: random.Random) -> Story:
    """An award, or the launch of a city's cover; of each place at most one of each kind, so that no two are one event."""
    city, made = CITIES[number // 2 % len(CITIES)], number // 2 // len(CITIES)
    if number % 2 == 0:
        return _award(number, city, _COVERS[made % len(_COVERS)], chance)
    return _launch(number, city, chance)


def _award(number: int, city: str, cover: str, chance: random.Random) -> Story:
    winner = (
        f"{chance.choice(_INSURERS)}{city}分公司" if number % 4 else f"{chance.choice(_INSURERS)}{city}市中心支公司"
    )
    code, amount = f"{city}医保采〔2025〕{number:03}号", chance.randint(1_200_000, 98_000_000)
    persons = chance.randint(31, 480)
    return Story(
        number=number,
        title=f"{city}市{cover}承办服务采购项目中标结果公告",
        text=(
            f"一、项目编号：{code}\n二、项目名称：{city}市{cover}承办服务采购项目\n三、采购人：{city}市医疗保障局\n"
            f"四、中标信息\n中标供应商：{winner}\n中标金额：{amount:,}元\n"
            f"五、服务内容：由中标人承办{city}市{cover}，覆盖参保人员约{persons}万人，服务期自2026年1月1日起三年，合同一年一签。\n"
            f"六、公告期限：自本公告发布之日起1个工作日。\n采购单位联系地址：{city}市人民路{number + 3}号"
        ),
    )


def _launch(number: int, city: str, chance: random.Random) -> Story:
    lead, second = chance.sample(_SHORT, 2)
    price, persons = chance.randint(59, 168), chance.randint(24, 310)
    return Story(
        number=number,
        title=f"2026年度“{city}惠民保”正式上线 每人{price}元",
        text=(
            f"9月以来备受关注的2026年度“{city}惠民保”正式上线。这是{city}市城市定制型商业医疗保险，由{lead}牵头，{second}共同承保，"
            f"{city}市医疗保障局指导。\n凡参加{city}市基本医疗保险的人员均可投保，不限年龄、职业和健康状况，保费每人每年{price}元，"
            f"可以用职工医保个人账户余额为本人和直系亲属支付。\n共保体介绍，上一年度共有{persons}万人参保，累计赔付{chance.randint(2_100, 29_000)}万元。"
            f"市民可在“{city}医保”公众号或社区服务站办理。"
        ),
    )


def told(story: Story, published: dt.datetime, publisher: str, *, first: bool) -> DemoArticle:
    """A story as a site prints it; who is not the first reprints it and says so."""
    after = "" if first else f"\n（本文转载，责任编辑：{publisher[:2]}）"
    return page(f"s{story.number}", story.title, story.text + after, published, publisher)


def page(name: str, title: str, text: str, published: dt.datetime, publisher: str) -> DemoArticle:
    """An article as the sample web's pages take it."""
    return DemoArticle(
        id=name, site="rss", section="news", after=None, published=published.astimezone(CHINA), lang="zh",
        source=publisher, title=title, labels=Labels(), text=text,
    )  # fmt: skip
