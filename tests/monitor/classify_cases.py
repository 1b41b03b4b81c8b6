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
    # a second hundred: rarer wordings, other objects of the same buyers, wire English
    Case("n-inquiry", "新乡县2025年城乡低保特困人员意外伤害保险询比公告", "新乡县民政局对城乡低保、特困人员意外伤害保险进行询比采购，涉及对象1.9万人，每人15元。响应文件递交截止2025年4月2日。", (T,), "alert", "notice"),
    Case("n-auction", "关于征集全州职工大额医疗费用互助保险承办单位的函", "各有关保险公司：我局拟于近期确定2026年度职工大额医疗费用互助保险承办单位，请于12月5日前报送应征材料。\n楚雄彝族自治州医疗保障局", (T,), "alert", "notice"),
    Case("n-framework", "北海市政府救助责任保险框架协议采购征集公告", "北海市应急管理局就政府救助责任保险开展封闭式框架协议采购，入围供应商不超过3家。提交响应文件截止时间：2025年7月9日10:00。", (T,), "alert", "notice"),
    Case("n-survey", "关于开展医保外伤调查经办服务市场调研的公告", "为做好采购前期准备，丽江市医疗保障局拟对基本医保外伤调查经办服务开展市场调研，欢迎商业保险机构提供方案及报价。", (T,), "alert", "intention"),
    Case("n-plan", "株洲市石峰区教育局2025年3月政府采购意向", "采购项目名称：石峰区中小学生意外伤害保险服务\n预算金额：78万元\n预计采购时间：2025年4月", (T,), "alert", "intention"),
    Case("a-clarify", "亳州市居民意外伤害保险承办项目答疑澄清公告（二）", "现对潜在投标人提出的问题答复如下：一、关于赔付率……二、投标保证金缴纳方式不变。开标时间不变。", (T,), "alert", "amendment"),
    Case("a-result-fix", "张掖市大病保险承办服务中标结果更正公告", "原公告中标金额“1.02亿元”更正为“1.20亿元”，其他内容不变。采购人：张掖市医疗保障局", (T,), "alert", "amendment"),
    Case("f-cancel", "关于取消景德镇市防贫保险采购的公告", "因预算调整，景德镇市乡村振兴局决定取消原定于6月5日开标的防贫保险采购项目。", (T,), "alert", "failed"),
    Case("f-news", "价格太低没人接？某地老年人意外险招标遇冷", "记者获悉，焦作市民政局老年人意外伤害保险项目日前因有效投标不足三家宣布废标，预算每人仅12元。", (T,), "alert", "failed"),
    Case("r-share", "人保健康独家承保！渭南职工大额医疗补助花落谁家揭晓", "3月18日，渭南市医保局公示职工大额医疗补助承办项目评审结果，人保健康渭南中心支公司以最高分中选，服务期三年，参保职工37万人。", (T,), "alert", "result"),
    Case("r-joint", "国寿财险领衔联合体拿下台州自然灾害公众责任险大单", "台州市应急管理局自然灾害公众责任保险招标结果公布，国寿财险、人保财险、浙商保险组成的联合体以1180万元中标。", (T,), "alert", "result"),
    Case("r-quiet", "平安养老将为运城58万职工提供大额医疗保障", "平安养老山西分公司日前收到运城市医疗保险服务中心中标通知书，未来两年将承办全市职工大额医疗保险。", (T,), "alert", "result"),
    Case("r-county", "又一县！太平洋产险成功入围巴东乡村振兴救助保险服务商", "巴东县乡村振兴局公布乡村振兴救助保险服务机构名单，太平洋产险恩施中支等2家入选。", (T,), "alert", "result"),
    Case("c-sign", "三方携手 玉溪失能人员照护保险服务协议正式签署", "7月3日，玉溪市医保局与平安养老、太平洋人寿签署服务协议，为全市42万职工提供失能照护保险经办服务。", (T,), "alert", "contract"),
    Case("o-launch", "明天起，六安参保职工失能可申领护理待遇", "六安市长护险7月1日正式启动，由泰康养老、国寿养老两家机构经办，重度失能人员每月最高补助1500元。", (T,), "alert", "operation"),
    Case("o-year", "一年救助286户！“防贫保”筑牢宁陕脱贫防线", "太平洋产险宁陕支公司2024年受理防贫线索912条，为286户发放救助金243万元。该项目由县政府统一投保。", (T,), "alert", "operation"),
    Case("o-innov", "大病保险“免申即享”在巴彦淖尔上线", "巴彦淖尔市医保局联合承办机构人保财险推出大病保险“免申即享”服务，参保人出院即可获赔，上线首月自动结算3120人次。", (T,), "alert", "operation"),
    Case("o-praise", "一面锦旗背后的长护险温度", "泰康养老驻点员小陈收到一面写着“真情服务 温暖人心”的锦旗。两年来，她走遍了辖区的大街小巷，为失能老人送去关怀。", (T,), "digest", "operation"),
    Case("o-award", "中国人寿长护险团队获评省级青年文明号", "近日，中国人寿某分公司长护险经办团队获评省级青年文明号。团队成员表示将珍惜荣誉。", (T,), "digest", "operation"),
    Case("d-explain", "长护险怎么申请？一图读懂", "长期护理保险的申请分四步：提出申请、入户评估、结果公示、享受待遇。具体由医保局委托的经办机构受理。", (T,), "digest"),
    Case("d-inter", "对话太平养老负责人：政保业务如何走出微利困局", "问：大病保险的盈利率普遍压到3%以内，公司怎么看？答：政保业务拼的是长期投入，我们在多个省份承办大病保险、长护险项目。", (T,), "digest"),
    Case("d-thinktank", "专家：长护险全国统一还有几道坎", "多位专家在研讨会上表示，长期护理保险要走向全国统一，筹资渠道、评估标准、经办机构考核是三道坎。", (T,), "digest"),
    Case("x-nurse", "养老护理员职业技能大赛在蓉举行", "来自全省的126名护理员参加比赛，项目包括失能老人照护、急救等。市民政局、市总工会负责人到场。", (), "none"),
    Case("x-hero", "我市表彰12名见义勇为先进个人", "市委政法委、市公安局召开表彰大会，向12名见义勇为人员颁发奖金，并送上意外保险。", (), "none"),
    Case("x-monitor", "防返贫动态监测：我县开展集中排查", "县乡村振兴局组织干部入户排查，对2.1万户农户逐户核实，及时纳入监测帮扶。", (), "none"),
    Case("x-fund", "某市公开招标医保基金监管第三方服务机构", "市医疗保障局面向会计师事务所、信息技术公司和商业保险机构采购基金监管第三方服务，预算120万元。", (), "none"),
    Case("x-bank", "新华保险发布一季报：新业务价值增长67%", "公司一季度原保险保费收入732亿元，净利润58亿元。公司称将持续发展健康险与政策性业务。", (), "none"),
    Case("x-staff2", "市属国企集中采购员工重疾险 平安健康等中标", "某城投集团2025年员工补充医疗及重疾保险集中采购项目结果公布，平安健康、太平养老中标。", (), "none"),
    Case("x-hospital", "某县中医院医疗责任险及职工意外险采购公告", "县中医院就医疗责任险、职工意外险进行院内议标采购，预算42万元。", (), "none"),
    Case("x-build", "居民小区外墙维修项目投保建筑工程险", "项目施工方中标后按要求投保了建筑工程一切险和施工人员团体意外险。", (), "none"),
    Case("x-car", "新能源车险好投保平台上线，人保财险等首批接入", "“车险好投保”平台正式上线，首批10家保险公司接入。", (), "none"),
    Case("x-pension", "城乡居民养老保险缴费档次调整", "从2026年起，我市城乡居民养老保险缴费档次由12档调整为10档，政府补贴同步提高。", (), "none"),
    Case("x-base", "居民医保缴费启动，大病保险、医疗救助待遇同步享受", "2026年度城乡居民医保集中缴费期9月1日开始，个人缴费400元。参保后可享受基本医保、大病保险、医疗救助三重保障。", (), "none"),
    Case("x-drug", "医保局：第十一批集采中选结果公布", "55种药品采购成功，平均降价59%，企业中选率57%。", (), "none"),
    Case("x-school", "学平险不得强制购买，教育局发布提醒", "市教育局提醒，学平险坚持自愿原则，任何学校不得统一组织投保。", (), "none"),
    Case("x-taiwan", "台灣長照保險法草案再起波瀾", "立法院審查長照保險法草案，學者認為應由稅收制轉為保險制，保費由雇主、勞工與政府分攤。", (), "none"),
    # Huiminbao
    Case("h-second", "“惠民惠兴保”二期来了！69元保一年", "“惠民惠兴保”由兴安盟医保局指导，人保健康、中国人寿共同承保，不限年龄、不限健康状况，11月8日正式上线。", (H,), "alert", None, "launch"),
    Case("h-name", "陇南版惠民保定名“陇南康惠保”，元旦前上线", "陇南市医保局召开新闻发布会，宣布陇南市普惠型商业补充医疗保险定名“陇南康惠保”，由四家保险公司组成共保体承保，每人每年68元，计划元旦前上线。", (H,), "alert", None, "launch"),
    Case("h-lastday", "最后3天！“珠海大爱无疆”别忘续费", "珠海市附加补充医疗保险“大爱无疆”将于12月20日停止参保缴费，尚未参保的市民请抓紧。", (H,), "alert", None, "enrolment"),
    Case("h-rate", "参保率超六成，“浙丽保”2026年度参保再创新高", "丽水市医保局通报，“浙丽保”2026年度参保人数达168万。", (H,), "alert", None, "enrolment"),
    Case("h-claims1", "“北京普惠健康保”公布2024年理赔数据：38.8万人次获赔6.1亿元", "共保体今日公布，2024年度累计赔付6.1亿元，最高获赔72万元。", (H,), "alert", None, "claims"),
    Case("h-claims2", "9万元特药费报了6.3万元 “苏惠保”解了燃眉之急", "昆山的郑女士患淋巴瘤，使用特药自费9万元，申请理赔10天后收到“苏惠保”赔款6.3万元。", (H,), "alert", None, "claims"),
    Case("h-service2", "在云南看病也能直赔了！“渝快保”异地结算医院增至210家", "“重庆渝快保”近日新增云南、贵州42家直接结算医院，参保人出院时即可完成理赔。", (H,), "alert", None, "service"),
    Case("h-terms2", "“穗岁康”新一年度免赔额下调至1.4万元，新增门诊责任", "广州市医保局公布“穗岁康”2026年度保障方案，保费180元不变，免赔额下调，并新增门诊高额药费保障。", (H,), "alert", None, "terms"),
    Case("h-merge", "“泉城安康保”并入“齐鲁保”", "即日起“泉城安康保”不再单独销售，已参保居民可转入“齐鲁保”，保障责任不变。", (H,), "alert", None, "discontinued"),
    Case("h-trouble", "上线两年即停摆，“惠赤保”为何难以为继", "内蒙古赤峰“惠赤保”日前宣布2026年不再开放投保。公开数据显示，该产品参保率从5.1%跌至1.3%，赔付率达168%。", (H,), "alert", None, "discontinued"),
    Case("h-policy2", "四川：2026年底前惠民保实现市州全覆盖", "四川省医保局等六部门印发《关于促进普惠型商业健康保险发展的实施意见》，提出2026年底前各市州均有一款普惠型商业健康保险。", (H,), "alert", None, "policy"),
    Case("h-op", "惠民保为何留不住年轻人", "惠民保进入第六年，年轻人续保意愿走低。专家认为，应当增加体检、早筛等权益，让健康人群有获得感。", (H,), "digest"),
    Case("h-compare", "三款惠民保横评：保费、免赔额、特药谁更强", "本期我们对比了沪惠保、苏惠保和甬宁保三款惠民保，从保费、免赔额、特药数量逐项打分，供读者参考。", (H,), "digest"),
    Case("h-award2", "“沪惠保”荣获2024年度普惠保险示范项目", "在上海举行的金融论坛上，“沪惠保”荣获年度普惠保险示范项目称号。", (H,), "digest", None, "recognition"),
    Case("h-both2", "“惠荆保”2026—2028年度承保机构公开遴选公告", "荆州市医疗保障局拟公开遴选“惠荆保”2026—2028年度承保机构，确定主承保1家、共保不超过4家。报名截止2025年9月12日17:00。", (T, H), "alert", "notice", "launch"),
    Case("h-both3", "中标！国寿寿险成为“衡惠保”主承保机构", "衡水市医保局公示“衡惠保”承保机构遴选结果，中国人寿衡水分公司任主承保，人保财险、平安产险参与共保。", (T, H), "alert", "result", "launch"),
    Case("h-hant", "「惠澳保」開售 年費120澳門元", "由本地保險公司推出的「惠澳保」昨日開售，適合全體居民，不限年齡，承保住院自付費用。", (H,), "alert", None, "launch"),
    Case("xh-farm", "“惠果保”助力苹果种植户", "“惠果保”是延安推出的苹果价格指数保险，每亩保费240元，由人保财险承保，财政补贴八成。", (), "none"),
    Case("xh-discount", "惠民保供！超市平价菜上架", "连日来，各大超市加大惠民保供力度，平价菜日投放40吨。", (), "none"),
    Case("xh-travel", "文旅惠民保险让游客更安心", "景区为每位游客赠送一份旅游意外险，保费由文旅局承担。", (), "none"),
    Case("xh-million", "百万医疗险集体涨价，长期医疗险热销", "多家公司上调百万医疗险保费，免赔额1万元、不限社保用药的长期医疗险成为新宠。", (), "none"),
    Case("xh-name", "张惠民同志先进事迹报告会举行", "张惠民同志生前系某保险公司驻村第一书记，报告会在市委党校举行。", (), "none"),
    # English
    Case("e-fail", "No bidders for Jiaozuo's accident cover for the elderly", "The civil affairs bureau of Jiaozuo declared its tender for accident insurance for the elderly failed on Thursday after only two insurers took part.", (T,), "alert", "failed"),
    Case("e-op", "Long-term care insurance pays 48.6 million yuan in Qiqihar in six months", "Qiqihar's long-term care insurance, administered by China Life and CPIC Life for the city's medical insurance bureau, paid 48.6 million yuan in the first half of the year.", (T,), "alert", "operation"),
    Case("e-mt-notice", "Announcement of public bidding for the 2025 anti-poverty insurance project of Wei County", "Project number: WX-2025-08. Purchaser: Wei County Rural Revitalization Bureau. Budget amount: 3.2 million yuan. Bid submission deadline: March 3, 2025 at 9:00.", (T,), "alert", "notice"),
    Case("e-contract", "Ping An P&C signs deal to insure all residents of Ninghai against disasters", "Ping An Property & Casualty signed an agreement with Ninghai County's emergency management bureau to provide livelihood insurance for 710,000 residents.", (T,), "alert", "contract"),
    Case("e-renew", "PICC Health keeps Hefei critical illness contract for another year", "The Hefei medical security bureau has renewed PICC Health's contract to run critical illness insurance for residents, according to a notice.", (T,), "alert", "renewal"),
    Case("e-enrol", "Sign-up for \"Suhuibao\" ends Dec 25", "Only one week is left to join Suhuibao, Suzhou's Huiminbao product; 3.9 million residents have signed up so far.", (H,), "alert", None, "enrolment"),
    Case("e-policy", "China tightens rules on Huiminbao loss ratios", "China's financial regulator on Friday issued new rules on city-customised commercial medical insurance, requiring insurers to disclose loss ratios.", (H,), "alert", None, "policy"),
    Case("e-stop", "\"Hecheng Huimin Bao\" will stop sales at year-end", "The operator of \"Hecheng Huimin Bao\" announced that the product would no longer be sold after December 31.", (H,), "alert", None, "discontinued"),
    Case("e-guide", "Is Huiminbao worth buying? A guide for expats", "Huiminbao is cheap and open to all, but deductibles are high. Here is what to consider before you buy.", (H,), "digest"),
    Case("e-none-sg", "Singapore's CareShield Life payouts to grow faster", "The government said payouts of the long-term care insurance scheme would grow by 4 percent a year.", (), "none"),
    Case("e-none-cat", "China Re sponsors catastrophe bond", "The reinsurer raised $30 million from investors in Hong Kong to cover typhoon risk.", (), "none"),
    Case("e-none-results", "PICC Group profit up 88 percent", "PICC Group said net profit rose on investment gains; health insurance premiums grew 8 percent.", (), "none"),
    # translators and wires; news deep in a feature; items of a morning note
    Case("e3-mt-ltc", "Chifeng long-term protection insurance handling institution is settled", "Recently, Chifeng Medical Insurance Bureau announced the selection results of the long-term protection insurance handling institutions, and Guoshou Pension and Taiping Pension were shortlisted. The service period is three years.", (T,), "alert", "result"),
    Case("e3-mt-notice", "Notice of competitive consultation on the procurement of accident insurance for the disabled in Jinjiang District", "The Disabled Persons' Federation of Jinjiang District, Chengdu intends to purchase accident insurance for 9,800 disabled persons, with a budget of 350,000 yuan. Response documents shall be submitted before 10:00 on May 6, 2024.", (T,), "alert", "notice"),
    Case("e3-mt-corr", "Correction announcement of the Pingliang major illness insurance undertaking service project", "Project number: PLZC2023-44. The bid opening time is changed from October 9 to October 16. Purchaser: Pingliang Medical Security Bureau.", (T,), "alert", "amendment"),
    Case("e3-fail", "Second tender for Yueyang's livelihood insurance collapses", "Only one insurer submitted a bid for Yueyang's natural disaster public liability insurance, the emergency management bureau said, and the tender was cancelled for the second time.", (T,), "alert", "failed"),
    Case("e3-op", "Anti-poverty insurance helped 1,206 families in Pingyu last year", "Pingyu County's anti-poverty insurance, bought by the county government and underwritten by CPIC Property, paid 13.6 million yuan to 1,206 families in 2021.", (T,), "alert", "operation"),
    Case("e3-op-launch", "Baiyin rolls out long-term care insurance for employees", "Baiyin, in Gansu Province, rolled out long-term care insurance for 210,000 employees on Monday. Taikang Pension and PICC Health, picked in a tender last autumn, take the applications.", (T,), "alert", "operation"),
    Case("e3-explainer", "How China's critical illness insurance works", "Critical illness insurance for residents is paid from the basic fund and underwritten by commercial insurers chosen by tender. Here is how claims are settled.", (T,), "digest"),
    Case("e3-hmb-claims", "Hangzhou scheme pays 760 million yuan in 2023", "West Lake Yilianbao, the top-up medical scheme of Hangzhou, paid 760 million yuan on 812,000 claims in 2023, the city's medical security bureau said.", (H,), "alert", None, "claims"),
    Case("e3-hmb-mt", "\"Jinghuibao\" 2022 version is online, up to 6 million protection", "\"Jinghuibao\", a Huimin insurance for Beijing citizens, was officially launched today. 79 yuan a year, no medical examination is required.", (H,), "alert", None, "launch"),
    Case("e3-hmb-serv", "Suzhou opens one-stop settlement of Suhuibao at 40 more hospitals", "From Monday, Suhuibao claims can be settled at discharge in 40 more hospitals, with no paperwork.", (H,), "alert", None, "service"),
    Case("e3-hmb-terms", "Huhuibao to charge by age from 2025", "Shanghai's Huhuibao will charge premiums by age for the first time: 109 yuan for minors, 139 yuan for adults and 189 yuan for those over 60; the deductible falls to 14,000 yuan.", (H,), "alert", None, "terms"),
    Case("e3-hmb-award", "Yongningbao wins national innovation award", "Ningbo's Yongningbao won the annual Huiminbao innovation award at a conference in Shanghai on Friday.", (H,), "digest", None, "recognition"),
    Case("e3-hmb-both", "Shaoxing invites insurers to underwrite Yuehuibao for 2026-2028", "The Shaoxing medical security bureau has invited insurers to apply to underwrite Yuehuibao for the next three years. Applications close on September 30.", (T, H), "alert", "notice", "launch"),
    Case("e3-none-1", "Shanghai Electric wins bid for dialysis machines", "The company won a tender held by a Hangzhou hospital for 40 dialysis machines.", (), "none"),
    Case("e3-none-2", "PICC P&C underwrites first space debris policy", "PICC P&C has underwritten China's first insurance policy for satellite collision.", (), "none"),
    Case("e3-none-3", "Hui Min joins board of Ping An Bank", "Hui Min was appointed an independent director; the bank reported higher insurance fee income.", (), "none"),
    Case("e3-none-4", "California long-term care insurers seek 40 percent rate rise", "Regulators in California are weighing requests from long-term care insurers to raise premiums.", (), "none"),
    Case("z3-hidden1", "一个人的驻点", "每天早上七点，老郭骑着电动车赶往三十里外的乡镇卫生院。他是分公司派去的驻点员，一干就是六年。卫生院的大夫都把他当自己人，中午留他吃碗面。窗口外排队的老人，他能叫出一大半的名字，谁家儿子在外打工，谁家老伴腿脚不好，他心里都有一本账。\n"
         "今年春天，他等来了好消息。4月3日，保定市医疗保障局公示城乡居民大病保险承办机构采购结果，人保健康保定中心支公司以4.1%的盈利率中标第二包，服务清苑、满城等六县区216万居民，服务期三年。\n“又能干三年了。”老郭说。", (T,), "alert", "result"),
    Case("z3-hidden2", "雨夜里的敲门声", "台风过境那一晚，村支书老沈挨家挨户敲门。凌晨两点，后山塌了一角，三间老屋没了顶。好在人都撤了出来，没有伤亡。第二天一早，理赔员踩着泥水进了村，用无人机把受灾的房子拍了一遍。\n"
         "老沈这才知道，县里早就给每户人家买了保险。据苍南县应急管理局通报，截至8月6日，全县民生综合保险已赔付312户、486万元，该险由人保财险承保，全县93万居民免费参保。", (T,), "alert", "operation"),
    Case("z3-week", "财经早餐：央行开展逆回购；多家车企公布销量", "1. 央行今日开展1200亿元逆回购操作，中标利率1.5%。\n2. 多家车企公布11月销量，新能源渗透率首超55%。\n3. 上交所就优化再融资征求意见。\n4. “甬宁保”2026年度今日开放投保，保费118元，起付线降至1万元，投保期至12月31日，首日参保41万人。\n5. 美股三大指数收涨。", (H,), "alert", None, "enrolment"),
    Case("z3-cut", "公司要闻", "中国人寿在年度工作会议上提出，明年将继续做好大病保险、长期护理保险等政策性业务，积极参与惠民保项目，提升服务质效。", (T, H), "digest"),
    Case("z3-neg3", "保险公司招聘长护险稽核专员", "某保险公司湖北分公司因业务发展需要，面向社会招聘长护险稽核专员5名，要求医学相关专业。", (), "none"),
    Case("z3-neg4", "关于公布2025年度长期护理保险定点服务机构名单的通知", "经评估，确定36家机构为我市长期护理保险定点服务机构，现予公布。市医疗保障局", (T,), "digest"),
)  # fmt: skip
