"""Ordinary news for acceptance tests: many different articles that are none of our business."""

from __future__ import annotations

import datetime as dt
import itertools

from monitor.demo.articles import DemoArticle, Labels
from monitor.phrases import CHINA

_PLACES = ("宜昌", "洛阳", "泉州", "保定", "遵义", "湛江", "烟台", "赣州", "大同", "柳州", "绍兴", "襄阳", "邯郸")
_SUBJECTS = (
    (
        "新地铁线路开工",
        "新线全长{n}公里，设车站{m}座，采用六节编组列车，计划四年后通车。项目部说，盾构机已经运抵现场，首段隧道下月始发。",
    ),
    (
        "夏粮收购进度过半",
        "截至本周，当地已收购小麦{n}万吨，最低价预案没有启动。粮库新增了{m}条机械化输送线，农户卖粮排队时间缩短一半。",
    ),
    (
        "老旧小区加装电梯",
        "今年已有{n}部电梯投入使用，另有{m}部正在施工。住户分摊比例由楼栋自行商定，财政按每部十万元补助。",
    ),
    (
        "中学生机器人比赛落幕",
        "来自{n}所学校的{m}支队伍参赛，冠军由一所县级中学夺得。裁判长说，参赛作品的控制精度比去年明显提高。",
    ),
    (
        "湿地迎来候鸟高峰",
        "监测人员一天内记录到水鸟{n}种、{m}00余只，其中有三种是本地新记录。保护区将在观鸟季限制游船。",
    ),
    (
        "化工园区完成环保改造",
        "园区关停{n}套老旧装置，新建污水处理能力每日{m}000吨。环保部门说，排口在线数据已向公众开放。",
    ),
    (
        "图书馆延长开放时间",
        "即日起闭馆时间推迟到晚上十点，新增座位{n}个，自助借还机{m}台。志愿者可以用服务时长兑换文创。",
    ),
    (
        "银行理财规模回升",
        "三季度末，当地银行理财余额达到{n}亿元，现金管理类占{m}%。业内人士提醒，净值波动属于正常现象。",
    ),
    ("跨海大桥合龙", "大桥主跨{n}米，历时{m}个月完成合龙，通车后两岸车程将缩短到二十分钟。养护中心同步启用。"),
    (
        "茶园机采面积扩大",
        "今年机采面积达到{n}万亩，每亩节省人工{m}个。合作社负责人说，夏秋茶过去没人采，如今一台机器顶三十个人。",
    ),
    (
        "篮球联赛常规赛收官",
        "主队以{n}比{m}取胜，锁定季后赛席位。主教练赛后表示，防守轮转比上半程好了很多，伤员下周可以归队。",
    ),
    (
        "夜间经济街区开街",
        "街区有商铺{n}家，开街首日客流约{m}万。管理方要求油烟净化设备全部联网，噪声超标的摊位先整改再营业。",
    ),
)


def fillers(count: int, newest: dt.datetime) -> list[DemoArticle]:
    """`count` articles, each an hour older than the one before, no two alike."""
    made = []
    pairs = itertools.product(_PLACES, _SUBJECTS, ("今年", "上半年", "近日"))
    for n, (place, (headline, body), when) in enumerate(itertools.islice(pairs, count)):
        sentence = body.format(n=17 + 3 * n, m=5 + n % 23)
        made.append(
            DemoArticle(
                id=f"filler-{n}",
                site="rss",
                section="news",
                after=None,
                published=(newest - dt.timedelta(hours=n)).astimezone(CHINA),
                lang="zh",
                source=f"{place}日报",
                title=f"{place}{headline}（{when}第{n + 1}期）",
                labels=Labels(),
                text=f"{when}，记者从{place}有关部门获悉：{sentence}\n{place}市民王先生说，这件事盼了很久，第{n + 1}期报道刊出后不少人打来电话询问。",
            )
        )
    assert len(made) == count
    return made
