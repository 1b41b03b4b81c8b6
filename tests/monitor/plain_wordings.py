"""Purchases told without a notice's words, and their near misses: letters, decisions, posts, registers. None is a real report."""

from __future__ import annotations

from tests.monitor.classify_cases import Case

_TENDER = ("gov_tender",)

PLAIN_WORDINGS: tuple[Case, ...] = (
    Case(
        "p-intention-letter",
        "关于请保险机构就职工大额医疗方案提供参考意见的函",
        "各保险机构：我市职工大额医疗补助的委托协议年底到期，为编制下一周期方案，现请各机构提供书面意见。参保职工约22万人，筹资标准每人每年120元。所提意见不影响今后投标。萍乡市医疗保障局",
        _TENDER,
        "alert",
        "intention",
    ),
    Case(
        "p-notice-post",
        "想给一万八千名残疾人撑伞？请进",
        "盐城市盐都区残疾人联合会要为1.8万名持证残疾人买一份团体意外险，财政出资。哪些公司可以来：在盐城有网点的保险公司。怎么来：3月6日17点以前，把方案密封后送到区残联。逾期不予接收。",
        _TENDER,
        "alert",
        "notice",
    ),
    Case(
        "p-amendment-record",
        "玉林市2026年政府救助责任保险采购项目情况告知",
        "项目编号：YLZC2025-C3-0077\n采购人：玉林市应急管理局\n磋商文件所列人数统计口径有误，580万人现更正为571万人；采购预算相应核减为612万元。响应文件提交截止时间不变。",
        _TENDER,
        "alert",
        "amendment",
    ),
    Case(
        "p-failed-complaint",
        "某市财政局政府采购投诉处理决定书",
        "投诉人对“三门峡市2025年老年人意外伤害保险项目”评审结果不服，提起投诉。被投诉人：三门峡市民政局。经查，评审委员会打分与磋商文件不符。本机关认定投诉成立，原成交结果无效，由采购人重新开展采购活动。",
        _TENDER,
        "alert",
        "failed",
    ),
    Case(
        "p-failed-cancelled",
        "富川县残疾人意外伤害保险项目采购程序结束告知书",
        "项目编号：HZZC2025-C3-9\n采购人：富川瑶族自治县残疾人联合会\n因采购任务取消，本项目不再继续实施。已获取采购文件的供应商所缴费用原路退还。",
        _TENDER,
        "alert",
        "failed",
    ),
    Case(
        "p-result-table",
        "通辽市城乡居民大病保险服务评标情况公示",
        "招标编号：TL-2025-31\n招标人：通辽市医疗保障局\n评标委员会推荐情况：\n1\t中国人寿保险股份有限公司通辽分公司\t92.1\n2\t新华人寿保险股份有限公司内蒙古分公司\t85.4",
        _TENDER,
        "alert",
        "result",
    ),
    Case(
        "p-result-earlier-choice-is-background",
        "亳州长护险“管家”昨天领走协议书",
        "12月9日，亳州市医疗保障局与泰康养老、中国人寿在亳机构的负责人互换文本，约定三年内由两家公司分片受理全市参保职工的失能评估。\n此前，两家公司在10月的公开遴选中入围。",
        _TENDER,
        "alert",
        "contract",
    ),
    Case(
        "p-contract-register",
        "曲靖市医疗救助零星报销外包服务合同登记表",
        "委托单位\t曲靖市医疗保障中心\n受托单位\t中国人民财产保险股份有限公司曲靖市分公司\n标的\t零星报销初审\n总价\t1,206,000.00元",
        _TENDER,
        "alert",
        "contract",
    ),
    Case(
        "p-renewal-appraisal",
        "公务员补充医疗委托管理年度考核结果及下一步安排",
        "遂宁市医疗保障事务中心对太平洋人寿遂宁中心支公司本年度委托管理情况作了考核，得分94分，等次为优。按照一年一考、合格接续的约定，下一年度仍交该公司管理，不再重新组织采购。",
        _TENDER,
        "alert",
        "renewal",
    ),
    Case(
        "p-result-unseats",
        "Taiping Pension unseats incumbent in Meizhou civil-servant medical top-up",
        "Taiping Pension will administer the medical subsidy for Meizhou's civil servants from next year, a notice on the provincial platform says. The evaluation panel gave it 90.2 points, the highest of four. The Meizhou Municipal Medical Insurance Fund Center pays 2.1 million yuan.",
        _TENDER,
        "alert",
        "result",
    ),
    Case(
        "p-none-hiring",
        "某养老保险公司四川分公司招聘长护险经办人员12名",
        "岗位职责：受理失能评估申请，配合医保部门审核待遇。任职要求：护理专业大专以上学历。有意者请投递简历，合适者电话通知面试。",
        (),
        "none",
        None,
    ),
    Case(
        "p-none-software",
        "市医保局惠民保直赔接口开发项目成交公告",
        "项目名称：惠民保与大病保险直赔接口开发\n成交供应商：某信息技术有限公司\n成交金额：86万元\n采购人：市医疗保障局",
        (),
        "none",
        None,
    ),
    Case(
        "p-none-stocks",
        "养老概念股盘中异动，护理险话题升温",
        "3月6日午后养老护理板块拉升，多只个股封板。有代表建议加快建立长期护理保险制度，新华保险一度翻红，全天成交并未放大。",
        (),
        "none",
        None,
    ),
)
