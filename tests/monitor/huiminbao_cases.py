"""Short articles on Huiminbao in wordings that no rule was written from: (id, title, text, relevance, update).

None is a real report and the products are invented. Each was judged once before any rule was mended for it; what went wrong
was mended as a mechanism. `relevance` "none" marks what only looks like the topic.
"""

from __future__ import annotations

from typing import NamedTuple


class Told(NamedTuple):
    id: str
    title: str
    text: str
    relevance: str
    update: str | None = None


FIRST: tuple[Told, ...] = (
    # launch
    Told(
        "launch-market",
        "石榴红了，“石榴安居保”也来敲门了",
        "立冬这天，枣庄人多了一道看病的屏障。由枣庄市医疗保障局撑腰、人保健康等三家公司合力承保的“石榴安居保”与市民打了照面：一年79块，刚满月的娃和九十岁的老人交一样的钱，"
        "得过癌症的也收。社保卡里攒下的钱可以替全家付。医保报完还剩下的大头，超过1.6万元就能再报七成。",
        "alert",
        "launch",
    ),
    Told(
        "launch-letter",
        "致鹤壁市民的一封信",
        "亲爱的市民朋友：经过一年筹备，属于鹤壁人的补充医疗保障“淇心保”从今天起走进千家万户。它不挑年纪、不挑身体，只要您在鹤壁缴了职工或居民医保，花68元就能加入。"
        "太平洋人寿、中国人寿、泰康养老三家公司共担风险，鹤壁市医疗保障局全程监督。首个保障年度自2024年1月1日起算。",
        "alert",
        "launch",
    ),
    Told(
        "launch-en",
        "Yulin, a coal city, gives its people a second purse for hospital bills",
        "YULIN, Shaanxi -- Three insurers led by China Life on Wednesday put on sale Yulin's maiden city health plan, which charges every resident 85 yuan a year and asks nothing about "
        "age or past disease. It picks up what the public scheme leaves behind above 15,000 yuan. The city's healthcare security bureau stands behind it.",
        "alert",
        "launch",
    ),
    Told(
        "launch-hant",
        "汕尾「善美同行保」第四年版面世 加碼兩項門診責任",
        "汕尾市醫保局昨日聯同四間保險公司舉行推介，公布「善美同行保」第四個年度的新版本，基礎款仍收七十九元，另設尊享款一百五十九元，兩款均不問病歷，長者、嬰兒一視同仁。",
        "alert",
        "launch",
    ),
    Told(
        "launch-mt",
        '2025 "Luzhou Wine City Protection" is coming, 69 yuan to protect a year!',
        'Recently, 2025 "Luzhou Wine City Protection" met with the public. The product is guided by Luzhou Medical Insurance Bureau and jointly insured by 4 insurance companies. '
        "There is no limit on age, occupation, and health, and sick bodies can also be insured. 69 yuan per person.",
        "alert",
        "launch",
    ),
    # enrolment
    Told(
        "enrol-snow",
        "大雪封山，系统多留了一星期",
        "阿勒泰的牧民不用着急了。“金山护佑保”共保方昨晚决定，原本今晚零点收摊的投保，顺延到1月7日。牧区上周断网三天，还有近两万户没能付款。目前全地区28.6万人已经付了款，每人75元。",
        "alert",
        "enrolment",
    ),
    Told(
        "enrol-share",
        "超过一半的舟山人，兜里揣着同一张保单",
        "截至昨日24时，“舟山渔家保”本年度收单完毕，共有51.7万人投保，占全市基本医保参保人的53.2%，比上年高出4个百分点。承保方人保财险舟山市分公司说，渔村的比例最高，有的岛几乎全员上车。",
        "alert",
        "enrolment",
    ),
    Told(
        "enrol-opens",
        "“柳州安心福”新一轮投保来啦，戳这里办理",
        "11月1日8时起，柳州居民可登录“龙城市民云”为自己和家人投保新一年度“柳州安心福”，一人99元，历年个账余额可支付，办理期持续到12月20日。参加柳州基本医保就能保，有病没病都一样。",
        "alert",
        "enrolment",
    ),
    Told(
        "enrol-en",
        "Clock runs down on Mianyang's 79-yuan health cover",
        "MIANYANG -- Residents who want the city's supplementary plan, Fule Bao, for next year must pay by midnight on Sunday, its underwriters said. Nearly 920,000 have done so, "
        "about 60,000 fewer than at the same point last year. There are no questions on health.",
        "alert",
        "enrolment",
    ),
    Told(
        "enrol-hint-mt",
        'Good news, the purchase time of "Chaoshan Peace of Mind Insurance" is delayed!',
        'In order to let more citizens get on the bus, the "Chaoshan Peace of Mind Insurance", guided by the Shantou Medical Security Bureau, will be delayed until January 20. '
        "At present, more than 1.3 million citizens have purchased it. People with previous illnesses can also purchase it.",
        "alert",
        "enrolment",
    ),
    # terms
    Told(
        "terms-line",
        "一万八变一万二：明年“宣城敬亭保”的那条线往下挪",
        "宣城市医保局11月3日透露，新年度“敬亭保”将把住院自付的起赔线从一万八千元挪到一万二千元，异地就医不再打折。价钱还是90元。人保健康、国寿财险等五家公司组成的共保体称，上一年度花出去的赔款只占保费的六成一。",
        "alert",
        "terms",
    ),
    Told(
        "terms-drug",
        "“海东河湟保”药单换血，11种罕见病用药补位",
        "青海海东“河湟保”共保体1月起启用新药单：增补11种，撤下4种已进国家目录的药。已经在用被撤药品的患者，用完当前疗程为止。",
        "alert",
        "terms",
    ),
    Told(
        "terms-age",
        "爷爷奶奶多掏八十，年轻人少掏二十，这样分公平吗",
        "同一张保单，今后不同价。铜陵市医保局、“铜都安康保”共保体昨天宣布，明年起按三个年龄段收费：30岁以下49元，31至60岁69元，60岁以上149元。此前不分老幼都是69元。",
        "alert",
        "terms",
    ),
    Told(
        "terms-en",
        "Older buyers to pay double as Zigong reprices its city health plan",
        "ZIGONG, Sichuan -- From January, people over 65 will be charged 138 yuan for the Salt City Health Plan, twice the current flat fee, while students will pay 50 yuan, "
        "according to the four co-insurers. The amount a patient must bear before the plan pays stays at 20,000 yuan.",
        "alert",
        "terms",
    ),
    # claims
    Told(
        "claims-boy",
        "捡回一条命，也保住了一套房",
        "许昌的小宇去年查出神经母细胞瘤，两年花了一百一十多万，基本医保给了四十二万。“要不是社区网格员劝我买那份六十多块钱的‘莲城护航保’，房子早卖了。”父亲说，保险公司先后给他打来29.8万元。"
        "据主承保的人保财险许昌市分公司介绍，像小宇这样拿到10万元以上的，本期有63人。",
        "alert",
        "claims",
    ),
    Told(
        "claims-ledger",
        "一块钱保费，八毛四回到了病人手里",
        "“安庆宜城保”昨天亮出上一年度的底：进来7123万元，出去5983万元，2.7万人从中受惠，最高的拿到38万元。“剩下的转入下一年，不进公司口袋。”市医保局医药服务科负责人说。",
        "alert",
        "claims",
    ),
    Told(
        "claims-en",
        "Factory worker's 90,000-yuan drug bill shrinks to 21,000",
        "XUZHOU -- When Liu Fang was told that the pills would cost 7,500 yuan a month, she thought of stopping. Then a colleague reminded her of Huaihai Bao, the city's supplementary plan she had bought for 69 yuan. "
        "It sent her 48,000 yuan in nine days. Last year the plan paid 96 million yuan to 21,000 patients, said PICC P&C, its lead insurer.",
        "alert",
        "claims",
    ),
    Told(
        "claims-mt",
        '"Wuhu Ankang Bao" handed over the 2024 answer sheet: 52,000 person-times, 83 million',
        '"Wuhu Ankang Bao" co-insurance body announced yesterday that in 2024, a total of 52,000 person-times received compensation, with an amount of 83 million, and the oldest was 103 years old.',
        "alert",
        "claims",
    ),
    # service
    Told(
        "service-gone",
        "咸阳：交完住院费，这张保单的钱已经扣掉了",
        "本月起，在咸阳61家医院住院的“秦都康宁保”客户，出院缴费时系统会把基本医保、大病保险和“秦都康宁保”三笔钱一次算清，病人只补差额，单据留给医院。此前办一笔要跑两三趟、等上半个月。",
        "alert",
        "service",
    ),
    Told(
        "service-video",
        "山里老人足不出户，对着手机说几句话就理赔",
        "凉山“索玛花保”的理赔员最近学会了彝语问候。新上岗的视频坐席让大山里的参保人不再下山交材料，口述病情、拍下发票，最快四个小时收到钱。承保机构国寿财险说，首周办结117件。",
        "alert",
        "service",
    ),
    Told(
        "service-hant",
        "粵東兩市互認 「韓江康泰保」客人異地出院唔使先墊支",
        "潮州與揭陽兩地醫保部門上周打通系統，「韓江康泰保」的投保人在對方城市住院，出院時由醫院即場扣減保險賠付，不必先墊付再回鄉遞交單據。",
        "alert",
        "service",
    ),
    Told(
        "service-en",
        "Nanchong patients leave hospital with insurance already settled",
        "NANCHONG -- Holders of Guobao, the city's 66-yuan supplementary plan, no longer file anything after a stay in any of 44 hospitals: the till deducts what the plan owes. "
        "The co-insurers say handling used to take 17 days.",
        "alert",
        "service",
    ),
    # policy
    Told(
        "policy-three",
        "江西给各地“惠民保”划了三道杠",
        "赣医保发〔2025〕9号文昨日挂网。文件说，今后各设区市只保留一款普惠型补充医疗保险，综合赔付支出不少于保费的八成，医保干部不得收取推广费用。",
        "alert",
        "policy",
    ),
    Told(
        "policy-deputy",
        "国家医保局答复代表：个人账户支付“惠民保”由各省自定",
        "针对代表提出的用个人账户余额购买普惠型商业健康险的建议，国家医疗保障局在复函中说，各地可以在基金安全的前提下自行探索，国家层面暂不统一。",
        "alert",
        "policy",
    ),
    Told(
        "policy-hant",
        "山東七廳局聯手定規矩 城市補充醫保須公開賬目",
        "山東省醫保局等七個部門日前下發文件，規定全省十六市的普惠型補充醫療保險自明年起每半年公布一次收支，並設立虧損預警線。",
        "alert",
        "policy",
    ),
    Told(
        "policy-en",
        "Guangdong sets a floor under what city health plans must pay back",
        "GUANGZHOU -- Insurers that underwrite city-customised medical insurance in Guangdong will have to return at least 80 percent of premiums to patients under a document published on Monday by the province's "
        "healthcare security administration and the local financial regulator.",
        "alert",
        "policy",
    ),
    # recognition
    Told(
        "award-1",
        "好样的！“晋城太行保”登上全国领奖台",
        "第九届健康保险创新论坛上周末在成都落幕，“晋城太行保”凭借乡村理赔员制度拿到“年度惠民产品”奖杯，承保方中国人寿晋城分公司代表上台致辞。",
        "digest",
        "recognition",
    ),
    Told(
        "award-2",
        "“钦州向海保”成为部级样板",
        "近日，中国保险学会公布普惠保险样板名录，全国十二个项目在列，“钦州向海保”是广西唯一一个。评语称其以较低价格惠及渔民。",
        "digest",
        "recognition",
    ),
    Told(
        "award-3",
        "Weifang's Kite Health Plan takes home a national prize",
        "The Kite Health Plan, Weifang's supplementary medical insurance, was given the prize for best public-private partnership at a fintech forum in Shenzhen.",
        "digest",
        "recognition",
    ),
    Told(
        "award-4",
        "又一块奖牌！“黄山迎客保”上榜",
        "在本周揭晓的“金诺奖”名单中，“黄山迎客保”名列城市普惠保险组。该产品由黄山市医保局指导，平安养老等三家公司承保。",
        "digest",
        "recognition",
    ),
    # discontinued
    Told(
        "stop-letter",
        "谢谢你们陪伴的一千零九十五天",
        "各位“淮上同心保”的家人：因参保规模持续走低，经共保各方商定并报蚌埠市医疗保障局，本产品到今年年底为止，往后不设新的年度。您手里的保单照常有效，理赔服务站开到明年6月。感谢信任。",
        "alert",
        "discontinued",
    ),
    Told(
        "stop-leave",
        "四家公司走了三家，“怀化五溪保”明年悬了",
        "记者从多个渠道证实，太平洋产险、阳光人寿、中华联合已先后函告怀化市医保局，不参加下一年度“五溪保”的承保。剩下的一家称正在测算。该产品连续两年赔付超过保费。",
        "alert",
        "discontinued",
    ),
    Told(
        "stop-province",
        "省里一张保单管到底，六个市的老产品同日停卖",
        "甘肃今起实行全省一款。酒泉“飞天保”、天水“羲里保”等六款市级产品12月1日零时停止销售，老客户由省级产品无缝接续，病史不重新计算。",
        "alert",
        "discontinued",
    ),
    Told(
        "stop-en",
        "Jilin city plan bows to arithmetic",
        "JILIN -- After paying out 131 yuan for every 100 yuan it took in, the Songhua Health Plan will not see a fourth year. Its two remaining insurers told the city's medical insurance bureau last week that they would not quote again; "
        "members stay covered until December 31.",
        "alert",
        "discontinued",
    ),
    Told(
        "stop-complain",
        "钱交了，赔不到，“商丘应天保”怎么了",
        "近一个月，黑猫平台上针对“应天保”的诉求超过三百条，多数说材料交了两三个月没有回音。商丘金融监管分局已责成承保的两家公司限期清零，并暂停其新业务宣传。",
        "alert",
        "discontinued",
    ),
    # nothing new
    Told(
        "guide-1",
        "有了单位补充医疗，还用掏钱买惠民保吗",
        "很多职工问，单位已经买了补充医疗，再买一份惠民保是不是浪费？先看免赔额，再看目录外能不能报，最后看家里有没有老人。总的原则是，先把短板补上。",
        "digest",
    ),
    # only looks like it
    Told(
        "not-housing",
        "惠民保障性住房交付 612户拿到钥匙",
        "昨日，银川市兴庆区惠民保障性住房项目举行交付，612户家庭领到钥匙。项目由区住建局组织，租金为市场价的六成，年轻人申请不限户籍。",
        "none",
    ),
    Told(
        "not-million",
        "0岁到75岁都能买，这款百万医疗险支持智能核保",
        "某互联网平台今日上架一款百万医疗险，年保费从136元起，1万元免赔额，特药清单含121种药，甲状腺结节可智能核保，由一家全国性保险公司承保。",
        "none",
    ),
    Told(
        "not-mutual",
        "职工互助保障活动开始报名，一份80元",
        "市总工会第十一期职工医疗互助活动11月起接受单位报名，每份80元，住院自付部分可申领补助，去年共发放互助金612万元。活动属职工互助，非商业保险。",
        "none",
    ),
    Told(
        "not-pets",
        "“宠惠保”上线：猫狗看病也能报",
        "国任保险日前推出“宠惠保”，为0至10岁的猫狗提供医疗费用保障，年保费199元起，合作医院可直赔。",
        "none",
    ),
)

SECOND: tuple[Told, ...] = (
    Told(
        "s-launch-1",
        "百色人也有“右江守护保”啦",
        "12月1日，百色市“右江守护保”首度开门。参加百色职工或居民医保的市民，掏75元，全年住院花销在医保报过之后还能再报一回，年龄、旧病一概不计较。承保团队由国寿财险领衔，市医保局为指导单位。",
        "alert",
        "launch",
    ),
    Told(
        "s-launch-2",
        "第五个年头，“长治上党保”推出三人家庭套餐",
        "“长治上党保”2026版昨日与公众见面，首次设立家庭套餐：三口同投共收199元。单人仍为79元，患病与否均可买，承保公司不变。",
        "alert",
        "launch",
    ),
    Told(
        "s-launch-3",
        "Zhuhai neighbour Yangjiang joins the insurance club",
        'YANGJIANG, Guangdong -- Yangjiang began offering its residents a voluntary medical plan on Tuesday. "Moyang Bao" costs 72 yuan, ignores past illness and pays 75 percent of hospital bills above 16,000 yuan that the basic scheme does not meet. Five insurers share the risk.',
        "alert",
        "launch",
    ),
    Told(
        "s-launch-4",
        "雲浮推出首個全民補充醫保「南江添福保」 月底前可加入",
        "【本報訊】雲浮市醫療保障局與三間保險公司昨日公布，首推面向全市參保人的「南江添福保」，年費六十八元，不設年齡上限，長期病患者亦可投保，賠償上限二百萬元。",
        "alert",
        "launch",
    ),
    Told(
        "s-enrol-1",
        "抓住尾巴！“红河锦绣保”周五晚上停止收单",
        "距离周五24时还有不到70个小时，红河州“锦绣保”本年度的大门就要合上。州医保局统计，眼下有87.2万人进了门，蒙自、个旧的动作最快。",
        "alert",
        "enrolment",
    ),
    Told(
        "s-enrol-2",
        "“商洛秦岭保”人气不减 三周收下四十万份",
        "从11月3日开门到昨天，三周时间，“商洛秦岭保”收下40.6万份保单，其中六成是老客户。市医保局说，农村居民占了三分之二。",
        "alert",
        "enrolment",
    ),
    Told(
        "s-enrol-3",
        "Rush for Chenzhou's health cover crashes payment page, city grants five more days",
        "CHENZHOU -- After the payment page of Linyi Bao failed on Sunday night, the city's medical security bureau moved the closing day from Dec. 25 to Dec. 30. So far 640,000 people have paid their 69 yuan.",
        "alert",
        "enrolment",
    ),
    Told(
        "s-enrol-4",
        "关于“丽江古道保”补办投保手续的通告",
        "因春节返乡人员集中，经丽江市医疗保障局同意，“古道保”于2月5日至2月20日面向未投保人员再次受理。已投保的无须重复办理。保险公司服务点周末不休。",
        "alert",
        "enrolment",
    ),
    Told(
        "s-terms-1",
        "价不涨，包里的东西多了：“周口华夏保”新年添三样",
        "2026年度“周口华夏保”维持80元，新放进三样：门诊放化疗、儿童罕见病特食、互联网复诊药费。住院那道坎由2万元放低到1.5万元。",
        "alert",
        "terms",
    ),
    Told(
        "s-terms-2",
        "“乐山佛光保”药品名册更新，肺癌新药进来了",
        "乐山“佛光保”专家组日前完成年中评审，6种药入册，2种出册，4月1日起按新名册执行。",
        "alert",
        "terms",
    ),
    Told(
        "s-terms-3",
        "Deductible of Xinyu's citizen plan to fall by a third",
        "XINYU, Jiangxi -- The co-insurers of Xianlai Bao said the sum a patient has to bear will drop to 12,000 yuan from 18,000 next year, with the 76-yuan price frozen.",
        "alert",
        "terms",
    ),
    Told(
        "s-terms-4",
        "連續投保有賞 「百越同安保」賠付比例最多加一成",
        "梧州市「百越同安保」共保體宣布，由新年度起，連續三年投保而從未索償者，住院賠付比例由七成升至八成；價格維持九十九元。",
        "alert",
        "terms",
    ),
    Told(
        "s-claims-1",
        "她把保单贴在了床头",
        "湘西的石大姐做完第三次手术，床头多了一张纸：“武陵济民保”理赔通知，46,200元。“够我孙女两年学费。”截至三季度末，这款产品已为湘西9800多个家庭送去5130万元。承保单位是中国人寿湘西分公司。",
        "alert",
        "claims",
    ),
    Told(
        "s-claims-2",
        "“滁州皖东保”三年账：2.1亿元去了哪里",
        "三年，2.1亿元，11.6万人次——这是“滁州皖东保”共保体昨天交出的数字。恶性肿瘤患者拿走了44%，最小的受益人刚满月。",
        "alert",
        "claims",
    ),
    Told(
        "s-claims-3",
        "Two in five claimants of Jieyang plan had cancer, data show",
        "JIEYANG -- Rongjiang Bao, the supplementary plan of Jieyang, settled 38,000 cases worth 71 million yuan last year, its underwriters reported. Cancer accounted for 41 percent of them.",
        "alert",
        "claims",
    ),
    Told(
        "s-claims-4",
        "「嘉應客家保」最大單理賠：四十一萬",
        "梅州一名血友病少年日前收到「嘉應客家保」賠付人民幣四十一萬元，為該產品開辦以來最大一單。承保的人保財險稱，全年已有八千三百人獲賠。",
        "alert",
        "claims",
    ),
    Told(
        "s-service-1",
        "“衢江康乐保”把柜台开到了乡镇卫生院",
        "衢江、龙游等地的乡镇卫生院本周起多了一个窗口：“康乐保”参保人可以在这里交材料、查进度，不必再进城。首批23个点，由人保财险派人值守。",
        "alert",
        "service",
    ),
    Told(
        "s-service-2",
        "系统自己找上门：“阳泉桃河保”不等你申请就打钱",
        "阳泉市医保局把住院结算数据按周推给“桃河保”共保体，由后者主动算、主动付。6月以来，有2300多名没来申请的患者收到短信和钱。",
        "alert",
        "service",
    ),
    Told(
        "s-service-3",
        "Qujing plan lets patients claim by voice message",
        "QUJING -- Members of Zhujiangyuan Bao, the city's supplementary medical plan, can now file for reimbursement by sending photos and a voice message on WeChat, and get the money in two days instead of three weeks, the insurers said.",
        "alert",
        "service",
    ),
    Told(
        "s-policy-1",
        "河南：惠民保产品上线前须过“四关”",
        "河南金融监管局会同省医保局出台管理规程，新产品须经精算复核、保费测算公示、承保资格审查和应急预案四道关口，自发布之日起执行。",
        "alert",
        "policy",
    ),
    Told(
        "s-policy-2",
        "多部门：支持城市定制型商业医疗保险与基本医保数据共享",
        "国家医保局等四部门近日联合发文，支持承保城市定制型商业医疗保险的公司依法使用脱敏数据，推动同步结算。",
        "alert",
        "policy",
    ),
    Told(
        "s-policy-3",
        "Fujian bars officials from selling city health insurance",
        "FUZHOU -- Civil servants in Fujian must not push Huiminbao sales in schools or villages and quotas are outlawed, the province's medical insurance bureau and the financial regulator said in a joint notice.",
        "alert",
        "policy",
    ),
    Told(
        "s-award-1",
        "三项大奖到手，“赤壁东风保”又出圈",
        "在武汉举行的保险业年会上，“赤壁东风保”捧走最佳城市产品等三项大奖。咸宁市医保局有关负责人到场观礼。",
        "digest",
        "recognition",
    ),
    Told(
        "s-stop-1",
        "“朔州塞上保”停了之后，老人们怎么办",
        "运营两年的朔州“塞上保”上月无声无息地没了。记者致电承保的太平洋产险，对方答复：“赔得比收得多，公司不续了。”市医保局称正与省级产品对接。",
        "alert",
        "discontinued",
    ),
    Told(
        "s-stop-2",
        "Baoshan's health plan loses its lead insurer, future unclear",
        "BAOSHAN, Yunnan -- PICC P&C has told Baoshan that it will give up the lead of Lancang Bao when the season ends in December. No other company has come forward, the city's medical insurance bureau said.",
        "alert",
        "discontinued",
    ),
    Told(
        "s-stop-3",
        "鷹潭「龍虎保」壽終 首兩年賠蝕逾千萬",
        "鷹潭市「龍虎保」共保體昨日通告，因兩年來賠款比保費多出一千二百萬元，產品於本保障年度結束後取消，現有客戶權益不受影響。",
        "alert",
        "discontinued",
    ),
    Told(
        "s-not-1",
        "“护苗保”走进校园 为留守儿童送上意外保障",
        "太平人寿某支公司向两所小学捐赠“护苗保”学生意外险312份，总保额936万元，并开展防溺水宣讲。",
        "none",
    ),
    Told(
        "s-not-2",
        "“粮安保”落地：种粮大户卖粮有了底",
        "今年夏粮收购期间，黑龙江多地推出“粮安保”价格指数产品，种粮大户每亩交6元，跌破目标价由保险公司补差。",
        "none",
    ),
    Told(
        "s-not-3",
        "City health plan debate returns to San Francisco",
        "San Francisco supervisors on Tuesday debated whether the city health plan should cover seasonal workers, with premiums of 60 dollars a month and no questions about pre-existing conditions.",
        "none",
    ),
    Told(
        "s-not-4",
        "体检套餐“康享福”限时八折，医保卡余额可付",
        "市第二人民医院体检中心推出“康享福”套餐，原价680元，即日起至月底八折，医保个人账户余额可支付，60岁以上老人再减50元。",
        "none",
    ),
)
