"""Lines at the edges of articles: what ends one, what is clutter inside one, and what looks alike and belongs to it."""

from __future__ import annotations

import pytest
from lxml.html import fromstring

from crawler.pages.blocks import Block
from crawler.pages.byline import is_byline, is_clutter, is_end, is_pager
from crawler.traditional import folded

NODE = fromstring("<p>x</p>")


def block(text: str, links: int = 0) -> Block:
    return Block(text=text, links=links, node=NODE, order=1)


@pytest.mark.parametrize(
    "text",
    [
        "责任编辑：王晓武_AB", "本文来源：某某网 责任编辑：李某_XY123", "（原标题：某地发布新规）", "(责任编辑：张三)", "【责任编辑:李四】", "责编：王五 PN033",
        "编辑/赵六", "编辑：赵六 校对：钱七", "校对 张三", "编辑 李四 校对 王五", "某京报编辑 李四 校对 王五", "值班编委：李四", "监制 / 王五 主编 / 赵六",
        "来源：某华社", "来源 | 某某政府网", "来源丨某某新闻客户端", "综合自某华社、某民日报", "图片来源：某某图库", "（本报记者 张三 李四）", "本报记者 王五 通讯员 赵六",
        "记者 | 张三", "文 | 李四", "作者：张三", "（作者系某某研究院研究员）", "（完）", "— END —", "END", "-END-", "【完】", "实习生 吴八", "关键词 >> 养老,社区",
        "关键词：养老 社区", "跟踪：养老", "相关推荐", "某某新闻报料：021-000-000", "某某新闻，未经授权不得转载", "版权声明：本文著作权归某某网所有", "返回某某，查看更多",
        "特别声明：以上内容为自媒体平台“某某号”用户上传并发布，本平台仅提供信息存储服务。", "本文图片均来自网络，如有侵权请联系删除", "免责声明：本文仅代表作者个人观点，与本网无关。",
        "平台声明：该文观点仅代表作者本人，某某号系信息发布平台，某某仅提供信息存储空间服务。", "某浪声明：某浪网登载此文出于传递更多信息之目的，并不意味着赞同其观点或证实其描述。",
        "郑重声明：某某网发布此信息的目的在于传播更多信息，与本网站立场无关。", "喜欢此内容的人还喜欢", "投稿邮箱：abc@x.example", "转载请注明出处", "编辑于 2020-02-13 08:00",
        "相關新聞", "責任編輯：陳某", "微信扫一扫关注该公众号", "点个“在看”，分享给更多人", "长按二维码关注我们", "海量资讯、精准解读，尽在某某财经APP", "阅读 10万+",
        "打开微信，点击底部的“发现”，使用“扫一扫”即可将网页分享至朋友圈。", "点击上方蓝字关注我们", "1 2 3 下一页 余下全文 (共3页)", "[1] [2] 下一页", "上一页 1 2", "打印本页",
    ],
)  # fmt: skip
def test_ends_and_clutter(text: str) -> None:
    """Credits, disclaimers, promotion, pagers."""
    assert is_end(block(text)) or is_clutter(block(text))


@pytest.mark.parametrize(
    "text",
    [
        "记者调查", "编辑部的故事从这里开始。", "来源于生活，高于生活。", "“这是我的家乡。”王五说。", "一、项目概况", "（一）主要目标", "特此公告。", "附件：1.采购需求",
        "某某市人民政府", "2023年6月7日", "声明还指出，双方将继续推进合作。", "文学的力量在于真实", "打印机、复印机等设备采购", "联系人：张先生 电话：0000-1234567",
        "资金来源：财政资金", "时间：2023年5月24日09:30", "地点：某某交易中心三楼", "作者在书中写道：人是要有一点精神的。", "相关人员已被依法处理。", "下一篇章，从这里翻开。",
        "图为大桥合龙现场。", "标签化的认知并不可取。", "举报电话：0000-0000000，欢迎广大群众监督。", "预算金额：4950万元", "采购人：某市医疗机构", "关注老年人的心理健康",
        "搜索引擎公司发布公众号新规", "点击率大幅上升，公众号运营者表示欢迎。", "评论区里，网友们纷纷点赞。", "阅读是一件幸福的事", "特别提醒广大参保人员注意时间。",
        "提示：参保人可通过公众号查询。", "完善制度", "第1页写着他的名字", "下一页的故事",
    ],
)  # fmt: skip
def test_lines_that_belong_to_an_article(text: str) -> None:
    """They share words with credits and promotion, and stay."""
    assert not is_end(block(text))
    assert not is_clutter(block(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-05-20 10:30 来源：某某网", True), ("发布时间：2021-05-20 10:30", True), ("某某农业10-12 08:21关注", True), ("某某发布昨天", True), ("·3小时前", True),
        ("By Wang Ming | Some Daily | Updated: 2024-03-18 09:12", True), ("來源：某某日報", True), ("昨天下午两点，大桥通车了。", False), ("某市昨天举行开工仪式", False),
        ("比分10-12 主队惜败", False), ("By the end of the year the bridge will open.", False),
    ],
)  # fmt: skip
def test_bylines(text: str, expected: bool) -> None:
    """Time and source lines, with and without year, in either script; no sentence is one."""
    assert is_byline(block(text)) is expected


def test_folding_keeps_lengths() -> None:
    """Offsets found in folded text are good in the original."""
    text = "發佈時間：2021-05-20 來源：某某日報 責任編輯：陳某"
    assert len(folded(text)) == len(text)
    assert folded(text) == "发布时间：2021-05-20 来源：某某日报 责任编辑：陳某"
    assert is_pager(block("上一頁 1 2 下一頁"))
