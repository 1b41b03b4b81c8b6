"""Traditional characters of the labels that pages print (發佈時間, 來源), as their simplified form: patterns are written in one script.

Character by character, so that lengths and offsets stay. No conversion of texts: only what occurs in labels is known here.
"""

from __future__ import annotations

_TRADITIONAL = str.maketrans(
    "發佈時間來記者編輯責點擊閱讀瀏覽關聯鍵詞標題聲明評論舉報轉載權許證號攝實習審監製頁條體聞專熱門薦讚圖視頻歡迎掃碼訂簽務請輸",
    "发布时间来记者编辑责点击阅读浏览关联键词标题声明评论举报转载权许证号摄实习审监制页条体闻专热门荐赞图视频欢迎扫码订签务请输",
)


def folded(text: str) -> str:
    """`text` with the traditional characters of labels in their simplified form."""
    return text.translate(_TRADITIONAL)
