"""Causes of false claims of the prose, in both directions: what is claimed, and what looks like it and is not."""

import pytest

from pipeline.reader.narrative.claim_scope import scope_of
from pipeline.reader.narrative.numerals import half_width
from tests.accuracy.narrative import told

AGENCY, YEAR = "青禾区水利局", 2024


def claims(text: str, agency: str = AGENCY) -> set[tuple[str, int]]:
    """Claims and values of a text."""
    return {(claim, value) for claim, value, *_ in told(agency, YEAR, text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("行政诉讼9件、行政复议11件，其中因政府信息公开被申请行政复议2件。", {("reconsideration", 2)}),
        ("办理行政应诉案件15件，其中政府信息公开类1件。", {("litigation", 1)}),
        ("行政诉讼41件，主要为房屋征收、土地确权类。", set()),
        ("行政复议6件，均为不服行政处罚决定；信息公开行政复议0件。", {("reconsideration", 0)}),
        ("作为被申请人参加行政复议6起，均与政府信息公开无关。", set()),
        ("被申请复议1件（林权登记类）。", set()),
        ("受理行政复议申请36件，受理政府信息公开申请2件。", {("received", 2)}),
        ("因政府信息公开被提起诉讼案件8件。", {("litigation", 8)}),
    ],
)
def test_reviews_of_other_things_are_none_of_openness(text: str, expected: set[tuple[str, int]]) -> None:
    assert claims(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公开岗位36个。", set()),
        ("公开政策文件36个。", {("published", 36)}),
        ("发布信息120条，归集信息36条。", {("published", 120)}),
        ("发布信息120条、招聘公告36条。", {("published", 120), ("published", 36)}),
        ("微信公众号发布信息120条、视频号36条。", {("published", 120), ("published", 36)}),
        ("接收政府公开文件36份。", set()),
        ("梳理公开事项36项。", set()),
        ("高标准农田项目公示36个。", set()),
        ("新增公开信息36条，累计公开信息520条。", {("published", 36)}),
        ("公开2024年部门预算86份、2023年部门决算85份。", {("published", 86), ("published", 85)}),
    ],
)
def test_what_is_published_is_named_by_its_noun(text: str, expected: set[tuple[str, int]]) -> None:
    assert claims(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("作出的53件行政处罚决定全部公示。", {("administrative_penalty", 53)}),
        ("办理取水许可36件。", set()),
        ("办理行政许可36件。", {("administrative_license", 36)}),
        ("不予行政许可决定14件。", set()),
        ("作出一般程序处罚决定37件，简易程序处罚决定58件。", set()),
        ("公开行政许可目录286项。", set()),
    ],
)
def test_decisions_and_what_is_only_part_of_them(text: str, expected: set[tuple[str, int]]) -> None:
    assert claims(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("受理机动车登记36件，依申请公开2件。", {("received", 2)}),
        ("受理查询个人信息申请36件，政府信息公开申请2件。", {("received", 2)}),
        ("受理证件办理申请36份；政府信息公开申请2份。", {("received", 2)}),
        ("转办依申请公开件28件。", set()),
        ("分解任务38项，完成38项；收到公开申请2件。", {("received", 2)}),
        ("收到要求公开征地信息的申请31件。", {("received", 31)}),
        ("收到政府信息公开申请2件，无一件引发复议。", {("received", 2), ("reconsideration", 0)}),
        ("收到申请壹佰零六件，均为政府信息公开申请。", {("received", 106)}),
        ("未收到对信息公开申请答复的投诉。", set()),
        ("未设立行政复议委员会。", set()),
        ("力争依申请公开零诉讼。", set()),
        ("未因政府信息公开被诉。", {("litigation", 0)}),
    ],
)
def test_applications_and_denials(text: str, expected: set[tuple[str, int]]) -> None:
    assert claims(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "收到申请6件，较2023年的10件有所减少；依申请公开均已答复。",
            ("received", 10, "件", "other_year", None, False),
        ),
        ("依申请公开数量由9件下降至4件。", ("received", 9, "件", "other_year", None, False)),
        ("往年我局公开信息36条。", ("published", 36, "条", "other_year", None, False)),
        ("截至2023年底公开信息36条。", ("published", 36, "条", "other_year", None, False)),
        ("2024年，未收到依申请公开，2023年为2件；公开信息96条。", ("published", 96, "条", "own", None, False)),
        (
            "收到政府信息公开申请5件，其中2件为咨询，不予处理；公开信息3条。",
            ("not_processed", 2, "件", "own", 5, False),
        ),
    ],
)
def test_years_and_results_in_another_clause(text: str, expected: tuple[object, ...]) -> None:
    assert expected in told(AGENCY, YEAR, text)


@pytest.mark.parametrize(
    ("agency", "body", "scope"),
    [
        ("海州市大城县公安局", "县局", "own"),
        ("海州市大城县公安局", "局法制大队", "own"),
        ("海州市大城县公安局", "市公安局", "other_body"),
        ("海州市大城县公安局", "县教育局", "other_body"),
        ("海州市红旗区住房和城乡建设局", "市住建局", "other_body"),
        ("海州市红旗区住房和城乡建设局", "区住建局", "own"),
        ("红旗区渠东街道办事处", "渠东街道办", "own"),
        ("红旗区渠东街道办事处", "渠西街道办", "other_body"),
        ("云溪县石桥镇人民政府", "镇便民服务中心", "own"),
        ("云溪县石桥镇人民政府", "镇党委政府", "own"),
        ("云溪县石桥镇人民政府", "石桥派出所", "other_body"),
        ("龙泉山风景名胜区管理委员会", "景区管委会", "own"),
        ("海州市第三中学", "学校", "own"),
        ("长青区教育局", "区实验小学", "other_body"),
        ("云溪县人民政府", "县政府及县政府办公室", "own"),
    ],
)
def test_an_agency_by_its_own_names(agency: str, body: str, scope: str) -> None:
    assert scope_of(half_width(f"2024年，{body}收到政府信息公开申请"), agency, YEAR) == scope
