"""Traditional characters → the simplified ones that the words of the product are written in.

First step of the line, one character for one, so that places in a question stay true. It holds the
characters of the shipped definitions, of the vocabulary and of the expressions of time; a name in
the data is found as the data spell it. Imports nothing.
"""

from __future__ import annotations

_TRADITIONAL = (
    "萬與業東兩個箇豐為麼義烏買於雲亞產億僅從倉們價優會體彿脩儲兒剋蘭關興內寫農況凈淨準淩減幾齣擊"
    "劃剛創刪別彆製動勞勢區韆昇陞華單賣佔厤曆歷廈參蔘雙發髮變隻檯臺颱號喫閤衕後嚮曏嗎員週嘍迴圍國"
    "圓聖塊壯處備復複頭婦寧甯寶實審傢對導將爾層屆屬歲島幣佈帶幫乾幹榦並併廣莊慶庫應開異強歸噹當彔"
    "錄徑誌態總戶纔釦摺搶報擔擇換據攬攤數旂無時崑顯機條來盃極櫃標樣覈樓歡氣漢瀋沒註測濟瀏潤漲溫灣"
    "滾滿濾濱點煙菸煩愛狀貓獻環現電蓋盤著碼確禮鞦種積稱筆篩簽籤類係繫纍紅約級線組細終結給絡絕統繼"
    "績續維網聯肅腳緻節蕪囌甦蘇範營薩懞濛矇補錶見規覽計訂認記講論設訪証證評訴譯詩話誕詢該詳說請誰"
    "調謀謝貝貢敗賬貨購貴費資趨車轉載較邊遼達過運還這進連選遞郵鄭埰寀採釋裡鍾鐘錢鉆鑽銀鋪銷錫長門"
    "閉問間聞陽際陝麵韻頁順顧預題顏額餅館魯黃齊齡龍"
)
_SIMPLIFIED = (
    "万与业东两个个丰为么义乌买于云亚产亿仅从仓们价优会体佛修储儿克兰关兴内写农况净净准凌减几出击"
    "划刚创删别别制动劳势区千升升华单卖占历历历厦参参双发发变只台台台号吃合同后向向吗员周喽回围国"
    "圆圣块壮处备复复头妇宁宁宝实审家对导将尔层届属岁岛币布带帮干干干并并广庄庆库应开异强归当当录"
    "录径志态总户才扣折抢报担择换据揽摊数旗无时昆显机条来杯极柜标样核楼欢气汉沈没注测济浏润涨温湾"
    "滚满滤滨点烟烟烦爱状猫献环现电盖盘着码确礼秋种积称笔筛签签类系系累红约级线组细终结给络绝统继"
    "绩续维网联肃脚致节芜苏苏苏范营萨蒙蒙蒙补表见规览计订认记讲论设访证证评诉译诗话诞询该详说请谁"
    "调谋谢贝贡败账货购贵费资趋车转载较边辽达过运还这进连选递邮郑采采采释里钟钟钱钻钻银铺销锡长门"
    "闭问间闻阳际陕面韵页顺顾预题颜额饼馆鲁黄齐龄龙"
)

SIMPLIFIED = dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))
"""Traditional character → simplified character."""


def simplified(text: str) -> str:
    """The text in simplified characters, as long as before.

    >>> simplified("上個月的付款訂單數")
    '上个月的付款订单数'
    """
    return "".join(SIMPLIFIED.get(character, character) for character in text)
