"""Articles written for the tests of `classify`: (id, title, text, topics, relevance, stage, update).

None is a real report. They try what the labelled sets have little of: other portals' wordings, translators' habits, objects
that look like a programme and are not, news that stands deep in a feature.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    id: str
    title: str
    text: str
    topics: tuple[str, ...]
    relevance: str
    stage: str | None = None
    update: str | None = None


T, H = "gov_tender", "huiminbao"

CASES: tuple[Case, ...] = (
    # notices in other portals' layouts
    Case(
        "notice-jiangsu", "淮安市清江浦区老年人意外伤害险采购项目公开招标公告",
        "淮安市清江浦区民政局就辖区60周岁以上老年人意外伤害险进行公开招标。\n项目编号：HAQP-2024-011\n采购预算：人民币壹佰贰拾万元\n"
        "开标时间：2024年5月8日上午9:30\n采购人：淮安市清江浦区民政局", (T,), "alert", "notice"),
    Case(
        "notice-selection", "关于公开选择临夏州居民大病保险承保商业机构的公告",
        "根据国家和省有关规定，临夏州医疗保障局拟公开遴选2025—2027年居民大病保险承办机构2家，欢迎符合条件的保险公司报名。"
        "报名截止时间2024年11月18日18时。", (T,), "alert", "notice"),
    Case(
        "single-source", "本溪市职工大额医疗补助承办服务拟采用单一来源方式采购的公示",
        "采购人：本溪市医疗保障事务服务中心\n项目名称：职工大额医疗补助承办服务\n拟定供应商：中国人寿保险股份有限公司本溪分公司\n"
        "预算：1460万元\n公示期：5个工作日", (T,), "alert", "notice"),
    Case(
        "requirements", "采购需求公示：安顺市长护险委托经办",
        "安顺市医疗保障局现就安顺市长期护理保险委托经办服务采购需求向社会公开征求意见，服务期三年，预算960万元。", (T,), "alert", "intention"),
    Case(
        "candidate", "吕梁市城乡居民大病保险承办项目评标结果公示",
        "项目编号：LLZB-2023-88\n第一中标候选人：中国人民财产保险股份有限公司吕梁市分公司\n第二中标候选人：中国人寿保险股份有限公司吕梁分公司\n"
        "采购人：吕梁市医疗保险管理服务中心", (T,), "alert", "result"),
    Case(
        "terminated", "黄冈市计划生育家庭意外险采购项目终止公告",
        "项目编号：HGCG-2024-302\n终止原因：采购任务取消\n采购人：黄冈市卫生健康委员会", (T,), "alert", "failed"),
    Case(
        "no-bidders", "没人报名！某县环卫工人意外险两度流标", "6月3日，平顶山市郏县城市管理局发布公告，县环卫工人意外伤害保险项目因报名供应商不足三家再次流标，"
        "预算仅18万元，覆盖640名环卫工人。", (T,), "alert", "failed"),
    Case(
        "postponed", "关于梧州市民生综合险项目开标时间推迟的通知", "因技术原因，梧州市应急管理局民生综合险采购项目开标时间由3月6日推迟至3月13日9时30分，其他事项不变。",
        (T,), "alert", "amendment"),
    Case(
        "contract-table", "阜新市医疗救助第三方经办服务采购合同公示",
        "合同编号：FX-2024-19\n甲方：阜新市医疗保障局\n乙方：太平养老保险股份有限公司辽宁分公司\n合同金额：88万元\n履约期限：一年", (T,), "alert", "contract"),
    Case(
        "renewal", "大家养老与湘西州续约，再管三年职工补充医疗", "12月20日，大家养老湖南分公司与湘西自治州医保局续签职工补充医疗保险承办协议，期限三年，覆盖职工21万人。",
        (T,), "alert", "renewal"),
    Case(
        "lots-news", "五家险企分食贵港大病保险", "9月9日，贵港市2025—2027年城乡居民大病保险承办机构出炉：三个标段由人保财险、国寿寿险、新华保险等五家中选，总服务人口约480万人。",
        (T,), "alert", "result"),
    Case(
        "took-over", "十年老东家出局 丹东长护险换人经办", "丹东市医保局近日公布长期护理保险经办机构招标结果，原经办机构落选，泰康养老以第一名中标，服务期两年。",
        (T,), "alert", "result"),
    Case(
        "broker", "某保险经纪公司中选曲靖残疾人保险经纪服务", "曲靖市残疾人联合会残疾人意外伤害保险经纪服务比选结果公布，昆明一家保险经纪公司中选，预计年保费规模260万元。",
        (T,), "alert", "result"),
    # running programmes
    Case(
        "operation-figures", "喀什大病保险去年为9.2万人次减负", "喀什地区医保局通报，2023年大病保险由中国人寿、人保财险承办，累计支付2.88亿元，惠及9.2万人次。",
        (T,), "alert", "operation"),
    Case(
        "operation-first", "首单落地！攀枝花市见义勇为救助责任保险赔付18万元", "5月7日，平安产险攀枝花中心支公司向见义勇为者家属支付18万元。该险由市委政法委统一投保，覆盖全市常住人口，2024年1月起实施。",
        (T,), "alert", "operation"),
    Case(
        "operation-praise", "人保健康：把大病保险服务送到田间地头", "秋收时节，人保健康驻点人员把政策宣讲台搬到晒谷场。“有他们在，我们心里踏实。”村民说。公司表示将继续践行人民保险为人民的初心。",
        (T,), "digest", "operation"),
    # own purchases, other objects
    Case("own-staff", "国家税务总局某市税务局职工补充医疗保险服务采购成交公告", "项目编号：SW-2024-7\n成交供应商：中国人寿保险股份有限公司\n成交金额：68万元\n为在职干部职工312人投保补充医疗保险。", (), "none"),
    Case("own-staff-company", "某水务集团2025年员工团体意外险及补充医疗保险采购公告", "为集团1860名员工投保，预算220万元，欢迎保险公司投标。", (), "none"),
    Case("police-cars", "某县公安局2025年公务用车保险定点采购结果公告", "成交供应商：中国平安财产保险股份有限公司、中国人民财产保险股份有限公司\n采购人：某县公安局", (), "none"),
    Case("system", "宿州市长期护理保险智能监管系统建设项目中标公告", "中标供应商：安徽某科技有限公司\n中标金额：318万元\n采购人：宿州市医疗保障局", (), "none"),
    Case("leaflets", "关于大病保险政策宣传折页印刷服务的询价公告", "某市医疗保障局拟印刷大病保险宣传折页20万份，欢迎印刷企业报价。", (), "none"),
    Case("audit", "城乡居民大病保险基金专项审计服务采购公告", "某市医疗保障局就2021—2023年大病保险基金专项审计服务进行竞争性磋商，供应商须为会计师事务所。预算36万元。", (), "none"),
    Case("farm", "阿克苏地区2025年政策性棉花保险承保机构遴选公告", "阿克苏地区农业农村局公开遴选种植业保险承保机构，棉花、小麦由中标公司承保。", (), "none"),
    Case("safety", "全省安全生产责任保险示范项目共保体入围名单公布", "省应急管理厅公布安全生产责任保险共保体，人保财险、太平洋产险等12家入围。", (), "none"),
    Case("school-liability", "某市教育局2025年校方责任保险采购中标结果公告", "中标供应商：中国人民财产保险股份有限公司\n保费5元/生·年", (), "none"),
    Case("insurer-it", "人保健康股份有限公司核心系统国产化改造项目中标候选人公示", "招标人：中国人民健康保险股份有限公司\n第一中标候选人：某软件公司，报价2680万元。", (), "none"),
    Case("insurer-ads", "泰康养老保险股份有限公司湖北分公司长护险宣传物料采购公告", "泰康养老湖北分公司拟采购宣传物料一批，预算30万元，欢迎广告公司报价。", (), "none"),
    Case("abroad-korea", "韩国拟上调长期疗养保险费率", "韩国保健福祉部表示，明年长期护理保险费率将上调至0.92%，低收入老人可获减免，政府将增加财政补贴。", (), "none"),
    Case("abroad-english", "Dutch long-term care premiums to rise next year", "The Dutch government said premiums for long-term care insurance would rise by 4 percent as insurers face higher costs.", (), "none"),
    Case("commercial-care", "多款商业护理险年底下架 产品形态或变", "年底前多家寿险公司下架旧版护理险，业内称与预定利率调整有关。上半年护理险保费收入同比下降一成。", (), "none"),
    Case("theft-of-words", "惠民县保费补贴直达企业", "惠民县财政局向38家企业拨付出口信用保险保费补贴210万元。", (), "none"),
    Case("cards", "“惠民保险柜”进社区，居民可免费存放证件", "城东街道在12个社区设置惠民保险柜，居民凭身份证即可申请使用，首批500个格口已投用。", (), "none"),
    Case("farm-product", "“惠渔保”为近海养殖户撑起保护伞", "温岭推出“惠渔保”，由人保财险承保，渔民每亩保费80元，政府补贴六成。首年承保2.1万亩。", (), "none"),
    Case("housing", "惠民保障性住房摇号结果今日公布", "本次共有3126户家庭参与惠民保障性住房摇号，中签名单可在官网查询。", (), "none"),
    Case("bank", "某银行推出“惠民保函”，助力小微企业投标", "惠民保函由银行与担保公司联合推出，年费率0.5%。", (), "none"),
    # Huiminbao under new names
    Case("launch-new-name", "9月1日起，安顺人可以买“黔顺保”了", "“黔顺保”是安顺市首款惠民保产品，由人保财险、中国人寿等四家公司组成共保体承保，每人69元，不限年龄、不限既往症，最高保障200万元。9月1日上线。", (H,), "alert", None, "launch"),
    Case("hidden-product", "小城里的一张保单", "清晨的菜市场里，卖豆腐的老葛把收款码旁边那张小广告又抚平了一遍。去年冬天，他在县医院装了支架，医保报完还要自己掏三万多元。\n"
         "让他松一口气的，是女儿花79元给他买的“福山守护保”。这款产品由市医保局指导，国寿财险牵头的共保体承保，不限年龄和病史，起付线1.5万元。\n"
         "1月15日，共保体公布数据：2024年度累计赔付1.1万人次、3860万元，参保人数58万人。", (H,), "alert", None, "claims"),
    Case("never-said", "今年起，全市参保人可自愿加购一份补充医疗", "3月2日，市医保局与五家保险公司举行发布会，推出面向全体基本医保参保人的商业补充医疗保险，每人每年88元，不设年龄和健康门槛，"
         "由五家公司共同承保，医保目录内自付超过1.8万元的部分按70%赔付，可用职工医保个人账户为家人缴费，投保期至4月30日。", (H,), "alert", None, "launch"),
    Case("enrol-count", "上线十天，“岳惠保”参保突破20万人", "记者从岳阳市医保局获悉，“岳惠保”自11月1日上线以来，参保人数已达20.6万人。", (H,), "alert", None, "enrolment"),
    Case("enrol-extended", "好消息！“惠泉保”投保时间延长至1月15日", "应广大市民要求，“惠泉保”投保期延长半个月，1月15日24时关闭投保通道。", (H,), "alert", None, "enrolment"),
    Case("terms-drugs", "“滇惠保”特药目录调整：新增12种，调出5种", "昨日，“滇惠保”共保体公布新一年度特药目录，新增药品覆盖肺癌、乳腺癌等。保费不变。", (H,), "alert", None, "terms"),
    Case("terms-price", "保费涨了10元！“惠邕保”明年起分三档", "南宁“惠邕保”公布2026年度方案，按年龄分为69元、99元、139元三档，免赔额降至1.2万元。", (H,), "alert", None, "terms"),
    Case("service", "“惠赣保”开通微信小程序线上理赔，材料拍照即可上传", "即日起，江西“惠赣保”参保人可在小程序提交理赔申请，审核时限缩短到5个工作日。", (H,), "alert", None, "service"),
    Case("stopped", "关于“清惠保”停止新一年度投保的公告", "因经营策略调整，“清惠保”2023年12月31日保障期满后不再开放投保，已生效保单不受影响。", (H,), "alert", None, "discontinued"),
    Case("award", "“惠桂保”再获殊荣，入选年度健康保险十佳案例", "在近日举行的健康保险大会上，“惠桂保”入选年度十佳案例。", (H,), "digest", None, "recognition"),
    Case("policy-province", "湖南出台规范惠民保发展十条", "湖南省医保局、湖南金融监管局联合印发通知，对惠民保产品的定价、赔付率和信息披露作出规定，自7月1日起施行。", (H,), "alert", None, "policy"),
    Case("policy-central", "国家金融监督管理总局：城市商业医疗险赔付率不得过低", "国家金融监督管理总局近日发布通知，要求城市商业医疗险合理设定赔付率，强化信息披露。", (H,), "alert", None, "policy"),
    Case("guide", "惠民保和百万医疗险怎么选？看完这篇就够了", "很多读者问，买了百万医疗险还要不要买惠民保？两者在健康告知、免赔额和续保条件上都不同，身体好的优先买百万医疗险。", (H,), "digest"),
    Case("both-selection", "“金惠保”新一轮承保公司中标结果出炉", "金华市医保局公布“金惠保”2026—2028年承保机构招标结果，人保财险、中国人寿、太平洋人寿组成的联合体中标。", (T, H), "alert", "result", "launch"),
    Case("both-notice", "招募保险公司！咸宁首款惠民保要来了", "咸宁市医保局发布公告，公开征集咸宁市城市定制型商业医疗保险承保机构，报名截止8月20日。", (T, H), "alert", "notice", "launch"),
    # English
    Case("en-win", "Taikang Pension bags Lanzhou long-term care contract", "Taikang Pension has won a three-year contract to administer the long-term care insurance scheme of Lanzhou, the city's medical insurance bureau said. It covers 1.1 million employees.", (T,), "alert", "result"),
    Case("en-mt-win", "New China Insurance successfully won the bid for the large medical supplement of Baotou employees", "Recently, the Baotou Medical Security Bureau announced the bidding results of the employee large medical subsidy undertaking project, and the New China Insurance Inner Mongolia Branch won the bid, serving 860,000 insured employees from 2023 to 2025.", (T,), "alert", "result"),
    Case("en-tender", "Hulunbuir seeks insurers to run critical illness scheme", "The medical insurance bureau of Hulunbuir invited bids on Monday to underwrite critical illness insurance for 1.4 million residents; bids are due on June 12.", (T,), "alert", "notice"),
    Case("en-launch", "Haikou residents can buy 2025 Huiqiongbao for 69 yuan", "The 2025 edition of Huiqiongbao, Hainan's supplementary medical insurance, went on sale on Friday at 69 yuan per person, regardless of age or pre-existing conditions.", (H,), "alert", None, "launch"),
    Case("en-claims", "\"Huirong Insurance\" has paid 1.9 billion yuan in four years", "The co-insurance body of Chengdu's \"Huirong Insurance\" said that 2.1 million claims had been paid, with total compensation of 1.9 billion yuan.", (H,), "alert", None, "claims"),
    Case("en-us", "Texas awards prison health contract to new insurer", "State officials awarded a five-year contract worth $2.1 billion; the losing bidder said it would protest.", (), "none"),
    Case("en-farm", "Henan expands wheat insurance after floods", "The provincial government will subsidise crop insurance premiums, with PICC P&C underwriting most policies.", (), "none"),
)  # fmt: skip
