"""What stands around an article's text without being part of it: bylines, pagers, legal lines, credits, promotion. Pure.

Patterns are written in simplified characters and matched against `folded` text.
"""

from __future__ import annotations

import re

from crawler.pages.blocks import HEADINGS, Block
from crawler.traditional import folded

_SENTENCE = re.compile(r"[。！？；…]|[.!?][\"”’]?(?:\s|$)")
_LEGAL = re.compile(
    r"ICP备|ICP证|版权所有|Copyright|©|公网安备|许可证编?号|违法和不良信息|All Rights Reserved|增值电信", re.IGNORECASE
)
_LABELS = (
    r"来源|稿源|出处|作者|编辑|责编|责任编辑|记者|发布时间|发布日期|发布于|发表于|编辑于|时间|日期|阅读|浏览|点击|字号|字体|分享|评论|打印|收藏|举报|"
    r"关注|原标题|当前位置|您的位置|文章来源|信息来源|发布机构|发布单位|阅读数|访问量|信息时间|大中小"
)
_BYLINE = re.compile(
    rf"^(?:[\s|丨·【\[(（]*(?:{_LABELS})"
    r"|.{0,30}20\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?.{0,40}$"
    # without a year it takes a clock; relative words stand alone but for a name
    r"|.{0,24}?(?<!\d)\d{1,2}[-/月]\d{1,2}日?\s+\d{1,2}:\d{2}.{0,20}$"
    r"|\S{0,12}[\s·|]*(?:刚刚|[今昨前]天|\d{1,2}\s*(?:分钟|小时|天)前)(?:\s*\d{1,2}:\d{2})?\s*(?:关注|发布)?$"
    r"|(?:By\s+[A-Z]|(?:Updated|Published|Posted)\s*:|Source\s*:)[^.]{0,120}$)"
)
_PAGER = re.compile(
    r"(?=.*(?:[上下]一?页|[末尾首]页|(?:阅读|余下|显示)全文|全文阅读|共\s*\d+\s*页))"
    r"(?:[\s\d\[\]()（）【】|·.…«»<>＜＞›‹/,，:：-]|首页|[上下]一?页|[末尾前后]页|第|页|共|条|在本页|单页|阅读|余下|显示|全文|跳转?|到|确定)+$"
)
_DECORATION = r"^[\s【\[（(▲■●*#·|—-]*"
# A credit is a label with a colon (or a stroke) behind it: 记者调查 may be a sub-headline, 记者：张三 is not. Only editors may
# have a word before them (本期编辑：); a source may not, since 资金来源： is a line of a notice.
_CREDIT = (
    r"(?:(?:发布日期|发布时间|发稿时间|\S{0,6}(?:编辑|编委|主编|责编|校对|编审|监制)|审核|审签|终审|初审|复审|统筹|(?:本文|文章|信息|图片|视频|素材|资料|稿件)?来源|稿源|"
    r"关键字|关键词|文章关键词|标签|tags?|作者|撰文|文字|文|记者|通讯员|转自|特约撰稿|实习生|新闻线索|\S{0,6}报料|跟踪|上一篇|下一篇|分享到|声明|投稿邮箱|商务合作|广告合作)"
    r"\s*(?:[:：丨|/）)】\]]|>>)"
    r"|(?:责任编辑|责编|编辑|上一篇|下一篇)\s+\S|责任编辑|责编|(?:编辑|发布|发表|更新)于\s*\d|综合自"
    r"|(?:\S{0,5}(?:编辑|校对|记者|通讯员|实习生)\s+[\u4e00-\u9fff·]{2,4}(?:[\s、]+|[)）]?$)){1,4}$)"
)
_HEADING = (
    r"(?:相关(?:阅读|新闻|推荐|文章|报道|链接|内容|专题|搜索)|推荐阅读|延伸阅读|更多(?:精彩|新闻|资讯|内容|阅读|推荐|>)|热门(?:推荐|文章|评论|新闻)|"
    r"(?:猜你|猜您|为你|为您)(?:喜欢|推荐)|精彩推荐|(?:网友|最新|全部|热门|发表|我来)评论|免责声明|特别声明|版权声明|重要声明|郑重声明|(?:特别提醒|风险提示)(?=\W|$)|"
    r"(?:打印|收藏)(?:本页)?(?=\W|$)|举报(?=\W|$)|投诉(?=\W|$)|阅读原文|我要(?:反馈|举报|评论)|返回(?:首页|列表|顶部|目录|上页|.{2,6}首页|.{2,6}查看更多)|"
    r"正文已结束|海量资讯|展开全文|点击加载更多|喜欢此内容的人)"
)
_DISCLAIMER = (
    r"(?:本文仅代表|该文(?:观点)?仅代表|以上内容|本文由|本文首发|本文系|本文图片|未经授权|未经许可|转载|\S{0,6}声明|提示|特别提醒|扫描二维码|扫码|打开APP|下载APP|凡本网|"
    r"本网站|本平台|本站).{0,120}(?:版权|著作权|转载|观点|立场|责任|APP|二维码|关注|建议|风险|参考|侵权|删除|服务)"
)
# Words that only disclaimers say, wherever they stand in a short block.
_DISCLAIMING = (
    r".*(?:仅代表(?:该)?(?:作者|机构|本人)|不代表.{0,20}(?:观点|立场)|不意味着(?:赞同|认同)|与本(?:网|站).{0,6}无关|仅提供信息(?:存储|发布)|(?:未经授权|未经许可)，?(?:不得|禁止|严禁)转载|"
    r"转载请(?:注明|联系)|投资者据此操作|The content above)"
)
# Credits that stand below pictures too, in the middle of a text.
_OF_PICTURE = re.compile(
    rf"{_DECORATION}(?:图片|视频|素材|资料|图|摄影|来源|稿源|作者|文|文字|撰文|记者|\S{{2,5}}记者)[^。！？]{{0,50}}$"
)
_FINIS = r"[-—–=*·\s(（【]*(?:END|the end|全文完|完)[-—–=*·\s)）】]*$"
# In an interview 记者： opens a question: a credit is short and no sentence.
_END = re.compile(
    rf"(?:{_DECORATION}(?:(?:{_CREDIT})[^。！？；?!]{{0,50}}$|{_HEADING}.{{0,12}}$|{_DISCLAIMER}))|{_DISCLAIMING}|^{_FINIS}",
    re.IGNORECASE,
)
# Strong ends may cut away most of what the element holds: below a short notice stand long teasers.
_STRONG_END = re.compile(
    rf"{_DECORATION}(?:责任编辑\s*[:：]|{_HEADING}\W*$|(?:声明|特别提醒|提示)\s*[:：].*(?:参考|责任|风险|版权|立场|观点|转载|建议))"
)
_PROMOTION = re.compile(
    r"^[\s【\[（(]*(?:(?:安装|下载|打开|点击(?!率|量)|扫码|扫描|长按|识别|关注|欢迎|更多|搜索(?!引擎)|微信扫一扫|点个).{0,40}(?:客户端|APP|公众号|二维码|小程序|微信号|视频号|下载地址|蓝字|关注我们|扫一扫|分享|朋友圈)|"
    r"(?:您|你)的浏览器.{0,20}(?:不支持|过低|升级)|浏览器版本|正文已结束|原标题\s*[:：]|视频加载中|加载中|点击(?:播放|查看|进入|加载)|"
    r".{0,30}尽在.{2,14}(?:APP|客户端)|(?:阅读|点赞|在看|收藏|评论|转发|分享)\s*[(（]?\d[\d.,]*\s*[万wk+)）]*$)",
    re.IGNORECASE,
)
_CREDIT_BRACKET = re.compile(
    r"^[（(【\[]\s*(?:责任编辑|责编|编辑|来源|文章来源|原标题|作者|记者|本文|本[报刊网台]|实习|稿件|完)[^）)】\]]{0,60}[）)】\]]$"
)


def sentences(text: str) -> int:
    """How many sentences end in `text`."""
    return len(_SENTENCE.findall(text))


def is_legal(text: str) -> bool:
    """A licence number, a copyright line."""
    return bool(_LEGAL.search(text))


def is_byline(block: Block) -> bool:
    """A line of time, source, author or buttons: short and no sentence."""
    return block.chars < 80 and bool(_BYLINE.match(folded(block.text))) and not _SENTENCE.search(block.text)


def is_pager(block: Block) -> bool:
    """1 2 3 下一页 余下全文."""
    return block.chars < 60 and bool(_PAGER.match(folded(block.text)))


def is_end(block: Block) -> bool:
    """A credit, a disclaimer or the heading of related links."""
    return block.chars < 240 and bool(_END.match(folded(block.text)) or _CREDIT_BRACKET.match(folded(block.text)))


def is_strong_end(block: Block) -> bool:
    """An end that stands so even where much follows."""
    return block.chars < 200 and bool(_STRONG_END.match(folded(block.text)))


def may_be_of_picture(block: Block) -> bool:
    """Whether a credit may be that of a picture, after which the text goes on."""
    return bool(_OF_PICTURE.match(folded(block.text)))


def is_clutter(block: Block) -> bool:
    """Link lists, pagers, promotion and legal lines inside a body."""
    chars = block.chars
    if (chars < 100 and _PROMOTION.match(folded(block.text))) or is_pager(block):
        return True
    if block.node.tag in HEADINGS:
        return False
    return (block.links > 0.8 * chars and not block.row and chars < 60) or (chars < 120 and is_legal(block.text))
