"""The customers, contacts and products of the demo company, through the same actions that people use.

Those that deals can name were there before the first deal; five more came lately and have not bought.
"""

from decimal import Decimal
from typing import Any, Final

from xiaoguan.crm.actions import (
    NewContact,
    NewCustomer,
    NewProduct,
    create_contacts,
    create_customers,
    create_products,
    ensure_sources,
)
from xiaoguan.crm.rules import check_sign
from xiaoguan.journal.models import Origin
from xiaoguan.lib.demo import DemoContext
from xiaoguan.org.models import Member

SOURCES: Final = ("上海工博会", "老客户介绍", "官网咨询", "电话开发", "代理商推荐")
# Name, short name, industry, province, city, employees.
CUSTOMERS: Final = (
    ("宁波海铭汽车部件股份有限公司", "海铭", "汽车零部件", "浙江", "宁波", 1200),
    ("启泰新能源科技有限公司", "启泰", "新能源", "江苏", "常州", 2300),
    ("中垦机械制造有限公司", "中垦", "工程机械", "江苏", "徐州", 1800),
    ("锐拓轴承有限公司", "锐拓", "通用零部件", "浙江", "慈溪", 640),
    ("恒丰包装材料有限公司", "恒丰", "包装", "浙江", "嘉兴", 410),
    ("正源电气股份有限公司", "正源", "电气设备", "上海", "上海", 950),
    ("东莞联岳五金制品有限公司", "联岳", "五金", "广东", "东莞", 520),
    ("惠州德赛威能电池有限公司", "德赛威能", "新能源", "广东", "惠州", 2600),
    ("深圳天珺电子有限公司", "天珺", "电子", "广东", "深圳", 1500),
    ("佛山美岚陶瓷有限公司", "美岚", "建材", "广东", "佛山", 780),
    ("珠海格盛光学有限公司", "格盛", "光学", "广东", "珠海", 360),
    ("天津北辰泰合汽配有限公司", "泰合", "汽车零部件", "天津", "天津", 890),
    ("北京思芯源半导体有限公司", "思芯源", "半导体", "北京", "北京", 420),
    ("唐山冀东联钢有限公司", "联钢", "钢铁", "河北", "唐山", 4100),
    ("石家庄康禾药业有限公司", "康禾", "医药", "河北", "石家庄", 1350),
    ("济南齐川食品有限公司", "齐川", "食品", "山东", "济南", 700),
    ("苏州泓科精密模具有限公司", "泓科", "模具", "江苏", "苏州", 280),
    ("无锡普润空调有限公司", "普润", "家电", "江苏", "无锡", 1650),
    ("中山炬辉照明有限公司", "炬辉", "照明", "广东", "中山", 540),
    ("广州越鸣轨道装备有限公司", "越鸣", "轨道交通", "广东", "广州", 2100),
    ("绍兴锦澜纺织有限公司", "锦澜", "纺织", "浙江", "绍兴", 860),
    ("合肥盛睿显示技术有限公司", "盛睿", "电子", "安徽", "合肥", 3200),
    ("厦门鹭航物流装备有限公司", "鹭航", "物流", "福建", "厦门", 330),
    ("杭州云栖智仓科技有限公司", "云栖智仓", "物流", "浙江", "杭州", 190),
    ("汕头澄海玩具实业有限公司", "澄海玩具", "消费品", "广东", "汕头", 450),
)
# The last five came during the last months and have no deal yet.
LATELY: Final = 5
SURNAMES: Final = "郑郭贺宋邵梁许韩冯邓曹彭曾萧田董袁潘于蒋"
GIVEN: Final = ("建平", "文斌", "晓峰", "琳", "海铭", "志远", "思齐", "丽华", "国栋", "雅婷", "振宇", "佩玲")
TITLES: Final = ("设备总监", "采购经理", "质量部长", "生产厂长", "总经理", "财务经理", "工艺工程师")
# Line, product, number, list price.
PRODUCTS: Final = (
    ("机器人工作站", "焊接工作站 W6", "W6", "680000"),
    ("机器人工作站", "码垛单元 M3", "M3", "420000"),
    ("机器人工作站", "喷涂机器人 P2", "P2", "880000"),
    ("视觉与追溯", "视觉检测线 V5", "V5", "560000"),
    ("视觉与追溯", "追溯系统 T1", "T1", "240000"),
    ("视觉与追溯", "点胶检测 D4", "D4", "180000"),
)


def fill(context: DemoContext) -> None:
    """Fill sources, products, customers and contacts. Notes the ids of ``sources``, ``products``, ``customers`` (those
    that deals may name) and, place by place, their ``customer_owners``."""
    start = context.day(450)
    doing: dict[str, Any] = {"by": _somebody(context), "at": context.at(start), "origin": Origin.DEMO}
    context.ids["sources"] = list(ensure_sources(SOURCES, **doing).values())
    context.ids["products"] = create_products(
        [NewProduct(name=name, code=code, line=line, price=Decimal(price)) for line, name, code, price in PRODUCTS],
        **doing,
    )
    context.ids["customers"], context.ids["customer_owners"] = [], []
    for place, told in enumerate(CUSTOMERS):
        _customer(context, place, told)


def _customer(context: DemoContext, place: int, told: tuple[str, str, str, str, str, int]) -> None:
    """One customer with two or three people, entered by its owner."""
    random = context.random
    owner = context.ids["sellers"][place % len(context.ids["sellers"])]
    lately = place >= len(CUSTOMERS) - LATELY
    day = context.day(random.randint(5, 90) if lately else random.randint(405, 440))
    name, short_name, industry, region, city, employees = told
    doing: dict[str, Any] = {"by": Member(pk=owner), "at": context.at(day, 9), "origin": Origin.DEMO}
    values = {
        "short_name": short_name,
        "industry": industry,
        "region": region,
        "country": "中国",
        "city": city,
        "employees": employees,
        "source_id": random.choice(context.ids["sources"]),
        "founded_year": random.randint(1985, 2018),
        "credit_code": _credit_code(place),
    }
    (pk,) = create_customers([NewCustomer(name=name, owner_id=owner, values=values, on=day)], **doing)
    people = [_person(context, pk) for _ in range(random.randint(2, 3))]
    create_contacts(people, **doing)
    if not lately:
        context.ids["customers"].append(pk)
        context.ids["customer_owners"].append(owner)


def _person(context: DemoContext, customer_id: int) -> NewContact:
    random = context.random
    return NewContact(
        customer_id=customer_id,
        name=random.choice(SURNAMES) + random.choice(GIVEN),
        title=random.choice(TITLES),
        # 170 0000 is a range that no carrier gives out.
        phone=f"170 0000 {random.randint(0, 9999):04d}",
    )


def _credit_code(place: int) -> str:
    """A code with a right check sign that belongs to nobody: region 999999 does not exist."""
    body = f"91999999MA{place:07d}"
    return body + check_sign(body)


def _somebody(context: DemoContext) -> Member:
    return Member(pk=context.members["ops"])
