"""What an article changes of what was told of its thread: steps, corrections, late reports, rounds; and no noise."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from monitor.analyse import analyse
from monitor.following import RevisionKind, deadline_moment, report_of, thread_of
from monitor.following.changes import CORRECTABLE
from monitor.model import Stage, Update
from monitor.records import StoredArticle
from monitor.statements import report
from monitor.taxonomy import load_vocabulary
from tests.conftest import START
from tests.monitor.followed import changed, tell
from tests.monitor.shelf import article, given, shelved, understood

K = RevisionKind
NUMBER = ("YXZC-2026-0418", "YXZC-2026-0418", "项目编号：YXZC-2026-0418")
OTHER_NUMBER = ("YXZC-2027-0007", "YXZC-2027-0007", "项目编号：YXZC-2027-0007")


def closes(day: str, hour: str = "T09:30:00+08:00") -> tuple[str, str, str]:
    return (day + hour, day, f"投标截止时间：{day}")


def sum_of(million: float, sentence: str = "") -> tuple[float, str, str]:
    raw = f"{million * 100:g}万元"
    return (million * 1e6, raw, sentence or f"金额：{raw}")


def notice(number: int = 1, day: str = "2026-06-01", **facts: Any) -> StoredArticle:
    stated = {"project_number": NUMBER, "deadline": closes("2026-06-22"), "amount": sum_of(153), **facts}
    return given(number, day, "某市大病保险招标公告", {k: v for k, v in stated.items() if v}, stage="notice")


def amendment(number: int = 2, day: str = "2026-06-10", **facts: Any) -> StoredArticle:
    stated = {"deadline": closes("2026-06-30"), **facts}
    return given(number, day, "某市大病保险更正公告", {k: v for k, v in stated.items() if v}, stage="amendment")


def result(
    number: int = 3, day: str = "2026-07-01", title: str = "某市大病保险中标公告", **facts: Any
) -> StoredArticle:
    stated = {"winner": (["中国人寿保险股份有限公司"], "中国人寿", "中标供应商：中国人寿保险股份有限公司"), **facts}
    return given(number, day, title, {k: v for k, v in stated.items() if v}, stage="result")


# ---------------------------------------------------------------------------------------------------- steps


def test_the_first_article_on_a_thread_is_its_first_telling() -> None:
    told = tell([notice()])
    assert told.kinds == [K.FIRST]
    assert told.state.alert_key == "event:e-1:0"
    assert told.state.deadline == dt.datetime(2026, 6, 22, 1, 30, tzinfo=dt.UTC)
    assert (told.state.first_told_at, told.state.deadline_told_at, told.state.ended) == (START, START, False)


def test_an_amendment_says_what_it_changes() -> None:
    """Stage and deadline, old → new with the sentence of each; the sum stays in force."""
    told = tell([notice(), amendment()])
    assert told.kinds == [K.FIRST, K.STEP]
    assert told.last.stage_before == "notice"
    assert changed(told.last) == {"deadline": ("2026-06-22T09:30:00+08:00", "2026-06-30T09:30:00+08:00")}
    assert told.last.changes[0].new.sentence == "投标截止时间：2026-06-30"
    assert told.last.follows == "event:e-1:0"
    assert told.state.deadline == dt.datetime(2026, 6, 30, 1, 30, tzinfo=dt.UTC)
    assert told.state.says("amount") == report(notice()).states("amount")


def test_a_result_ends_the_thread_and_shows_the_sum_against_the_budget() -> None:
    told = tell([notice(), result(amount=sum_of(151.276))])
    assert told.last.kind is K.STEP
    assert changed(told.last) == {"amount": (153e6, 151.276e6)}  # a winner that was not known before is no change
    assert told.state.ended


@pytest.mark.parametrize("stage", ["result", "failed", "contract", "renewal"])
def test_a_thread_ends_where_nothing_more_can_be_handed_in(stage: str) -> None:
    told = tell([notice(), given(2, "2026-06-23", "公告", {}, stage=stage)])
    assert (told.last.kind, told.state.ended) == (K.STEP, True)


def test_a_second_amendment_is_told_too() -> None:
    """Same stage, another event: those who follow get every change."""
    told = tell([notice(), amendment(), amendment(3, "2026-06-15", deadline=closes("2026-07-03"))])
    assert told.kinds == [K.FIRST, K.STEP, K.STEP]
    assert told.last.stage_before == ""
    assert changed(told.last) == {"deadline": ("2026-06-30T09:30:00+08:00", "2026-07-03T09:30:00+08:00")}


def test_the_award_of_a_lot_neither_ends_the_others_nor_is_compared_with_the_whole() -> None:
    lot = result(2, "2026-06-23", "某市大病保险第1包中标公告", amount=sum_of(80))
    told = tell([notice(), lot])
    assert told.last.kind is K.STEP
    assert "amount" not in changed(told.last)
    assert not told.state.ended


def test_a_failed_tender_that_is_tendered_anew_is_a_step_and_opens_again() -> None:
    """Even on the very day, as long as bids are still to come."""
    failed = given(2, "2026-06-23", "某市大病保险废标公告", {}, stage="failed")
    again = notice(3, "2026-06-23", deadline=closes("2026-07-15"))
    told = tell([notice(), failed, again])
    assert told.kinds == [K.FIRST, K.STEP, K.STEP]
    assert told.last.stage_before == "failed"
    assert not told.state.ended
    assert told.state.deadline == dt.datetime(2026, 7, 15, 1, 30, tzinfo=dt.UTC)


def test_a_tender_after_the_award_opens_a_new_round() -> None:
    """Nothing of the last term is compared with the next one; its events stay known."""
    told = tell([notice(), result(amount=sum_of(151))])
    next_term = notice(9, "2027-05-01", project_number=OTHER_NUMBER, deadline=closes("2027-05-28"), amount=sum_of(170))
    later = tell([next_term], state=told.state)
    assert later.kinds == [K.ROUND]
    assert later.last.changes == ()
    assert (later.state.ended, later.state.stage) == (False, "notice")
    assert later.state.says("winner") is None
    assert later.state.past_events == ("e-1", "e-3")
    copy = given(
        10, "2027-05-02", "某市大病保险中标公告", {"deadline": closes("2026-06-22")}, stage="result", event="e-3"
    )
    assert tell([copy], state=later.state).kinds == [K.REPEATED]
    assert tell([copy], state=later.state).state.deadline == later.state.deadline


def test_an_old_rounds_facts_do_not_come_back() -> None:
    told = tell([notice(), result(), notice(9, "2027-05-01", project_number=OTHER_NUMBER, deadline=None)])
    assert told.kinds[-1] is K.ROUND
    old_copy = given(10, "2027-05-02", "招标公告", {"deadline": closes("2026-06-22")}, stage="notice", event="e-1")
    assert tell([old_copy], state=told.state).state.deadline is None


def test_a_running_programme_does_not_hide_the_tender_of_its_next_term() -> None:
    """The notice was published before the news, but its bids are still to come: it is a new round, and loud."""
    running = given(1, "2026-06-05", "某市大病保险运行一年赔付1亿元", {"payout": sum_of(100)}, stage="operation")
    told = tell([running, notice(2, "2026-06-01")])
    assert told.kinds == [K.FIRST, K.ROUND]
    assert not told.state.ended


@pytest.mark.parametrize("stage", ["operation", "result", "contract", "renewal"])
def test_an_award_cannot_precede_the_closing_of_its_tender(stage: str) -> None:
    """While bids are open, an award without the tender's number is another term's: the reminders go on."""
    news = given(2, "2026-06-12", "某市大病保险签约", {"amount": sum_of(99)}, stage=stage)
    told = tell([notice(), news])
    assert told.last.kind is K.OTHER_TERM
    assert told.last.changes == ()
    assert not told.state.ended
    assert told.state.says("amount").value == 153e6  # type: ignore[union-attr]
    assert told.state.stage == "notice"
    numbered = given(2, "2026-06-12", "某市大病保险结果", {"project_number": NUMBER}, stage=stage)
    assert tell([notice(), numbered]).state.ended


# ------------------------------------------------------------------------------------------------ late reports


def test_a_late_report_never_takes_the_thread_back() -> None:
    """The notice seen after the result: plain, minor, and the thread stays where it is."""
    told = tell([result(1, "2026-07-01"), notice(2, "2026-06-01", project_number=None)])
    assert told.kinds == [K.FIRST, K.LATE]
    assert told.last.decided
    assert told.last.changes == ()
    assert (told.state.stage, told.state.ended) == ("result", True)
    assert told.state.alert_key == "event:e-1:0"  # what follows is told after the result, not after the notice


@pytest.mark.parametrize(
    ("day", "deadline", "kind"),
    [
        ("2026-06-01", "2026-06-22", K.LATE),  # the awarded tender itself
        ("2026-06-01", "2026-07-22", K.LATE),  # the same, its date misread
        ("2026-07-03", "2026-06-22", K.LATE),  # a portal printed it late
        ("2026-07-03", None, K.LATE),
        ("2026-07-03", "2026-07-22", K.ROUND),  # the award was annulled: it is open again
    ],
)
def test_what_was_awarded_is_seldom_tendered_again_under_its_number(
    day: str, deadline: str | None, kind: RevisionKind
) -> None:
    awarded = result(1, "2026-07-01", project_number=NUMBER)
    told = tell([awarded, notice(2, day, deadline=closes(deadline) if deadline else None)])
    assert told.last.kind is kind
    assert told.state.ended == (kind is K.LATE)


def test_an_amendment_of_the_result_leaves_the_thread_ended_unless_bids_are_taken_again() -> None:
    awarded = result(1, "2026-07-01")
    assert tell([awarded, amendment(2, "2026-07-03", deadline=None)]).state.ended
    assert tell([awarded, amendment(2, "2026-07-03", deadline=closes("2026-06-22"))]).state.ended
    assert not tell([awarded, amendment(2, "2026-07-03", deadline=closes("2026-07-22"))]).state.ended


def test_a_running_programme_decides_only_its_own_tender() -> None:
    """A tender whose bids are over when the news appears is late; it is minor only if it surely is the programme's."""
    old = {"deadline": closes("2026-06-03")}
    for number, decided in ((None, False), (NUMBER, True)):
        running = given(1, "2026-06-05", "某市大病保险运行", {"project_number": NUMBER}, stage="operation")
        told = tell([running, notice(2, "2026-06-01", project_number=number, **old)])
        assert (told.last.kind, told.last.decided) == (K.LATE, decided)


def test_a_deadline_for_all_lots_goes_before_those_of_single_ones() -> None:
    lots = {n: {"deadline": closes(day)} for n, day in (("1", "2026-06-20"), ("2", "2026-06-18"))}
    some = given(1, "2026-06-01", "招标公告", {}, stage="notice", lots=lots)
    all_ = given(1, "2026-06-01", "招标公告", {"deadline": closes("2026-06-22")}, stage="notice", lots=lots)
    assert tell([some]).state.deadline == dt.datetime(2026, 6, 18, 1, 30, tzinfo=dt.UTC)
    assert tell([all_]).state.deadline == dt.datetime(2026, 6, 22, 1, 30, tzinfo=dt.UTC)


def test_a_late_report_of_an_open_tender_is_loud() -> None:
    """The first amendment seen after the second: not minor, and the second's deadline stays."""
    second = amendment(2, "2026-06-15", deadline=closes("2026-07-03"))
    told = tell([notice(), second, amendment(3, "2026-06-10")])
    assert told.last.kind is K.LATE
    assert not told.last.decided
    assert told.state.deadline == dt.datetime(2026, 7, 3, 1, 30, tzinfo=dt.UTC)


def test_on_one_day_the_stages_natural_order_decides() -> None:
    """Portals date to the day, and list the newest first."""
    both = [amendment(2, "2026-06-10"), notice(1, "2026-06-10")]
    assert tell(both).kinds == [K.FIRST, K.LATE]
    assert tell(reversed(both)).kinds == [K.FIRST, K.STEP]


def test_an_amendment_is_heeded_although_a_newsroom_told_of_the_tender_after_it() -> None:
    """Missing a moved deadline is worse than a step out of order."""
    told = tell([notice(1, "2026-06-12"), amendment(2, "2026-06-10")])
    assert told.last.kind is K.STEP
    assert told.state.deadline == dt.datetime(2026, 6, 30, 1, 30, tzinfo=dt.UTC)


def test_a_failed_rounds_own_notice_does_not_open_it_again() -> None:
    failed = given(1, "2026-06-23", "某市大病保险废标公告", {}, stage="failed")
    told = tell([failed, notice(2, "2026-06-01")])
    assert told.last.kind is K.LATE
    assert told.state.ended


def test_what_a_late_report_knows_fills_gaps_only() -> None:
    told = tell([amendment(1, "2026-06-10"), notice(2, "2026-06-01")])
    assert told.last.kind is K.LATE
    assert told.state.says("amount").value == 153e6  # type: ignore[union-attr]
    assert told.state.deadline == dt.datetime(2026, 6, 30, 1, 30, tzinfo=dt.UTC)


# ------------------------------------------------------------------------------------- corrections, and no noise


def news(
    number: int, day: str, title: str, *, source: str = "乙报", copy_of: int | None = None, **facts: Any
) -> StoredArticle:
    """A further report on the notice's event."""
    return given(number, day, title, facts, stage="notice", event="e-1", source=source, copy_of=copy_of)


def test_two_newsrooms_figures_are_no_update() -> None:
    """They choose their own figures, round them, and are late: none of it says that what was told is wrong."""
    told = tell(
        [
            notice(),
            news(2, "2026-06-01", "某市大病保险招标启动", amount=sum_of(150)),
            news(3, "2026-06-02", "百万居民大病保险招标", amount=sum_of(51), deadline=closes("2026-06-20")),
            news(4, "2026-06-02", "某市调整大病保险筹资标准并启动招标", amount=sum_of(160, "调整后年筹资1.6亿元")),
        ]
    )
    assert told.kinds == [K.FIRST, K.REPEATED, K.REPEATED, K.REPEATED]
    assert told.state.retold == 3
    assert told.state.says("amount").value == 153e6  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("title", "sentence", "source"),
    [
        ("更正：某市大病保险招标预算", "", "乙报"),
        ("某市大病保险招标", "预算金额更正为1.35亿元", "乙报"),
        ("Corrected: city tenders critical illness cover", "", "Daily"),
        ("某市大病保险招标文件修改", "", "某报"),  # words of change from the publisher itself
    ],
)
def test_a_report_that_says_it_corrects_is_an_update(title: str, sentence: str, source: str) -> None:
    told = tell([notice(), news(2, "2026-06-03", title, source=source, amount=sum_of(135, sentence))])
    assert told.last.kind is K.CORRECTION
    assert changed(told.last) == {"amount": (153e6, 135e6)}
    assert all(c.corrects for c in told.last.changes)
    assert told.state.says("amount").value == 135e6  # type: ignore[union-attr]


def test_the_same_correction_is_told_once() -> None:
    fixed = {"amount": sum_of(135)}
    told = tell(
        [
            notice(),
            news(2, "2026-06-03", "更正：招标预算", **fixed),
            news(3, "2026-06-03", "更正启事：招标预算", source="丙报", **fixed),
        ]
    )
    assert told.kinds == [K.FIRST, K.CORRECTION, K.REPEATED]


@pytest.mark.parametrize(
    ("title", "facts", "why"),
    [
        ("更正：某市大病保险招标", {"amount": sum_of(153)}, "nothing differs"),
        ("更正：某市大病保险招标", {"insurers": (["中国人寿"], "中国人寿", "中国人寿")}, "nobody acts on it"),
        ("某市大病保险招标延期", {"amount": sum_of(135)}, "it moves a date, and states a sum"),
        ("某市大病保险招标变更", {"amount": sum_of(135)}, "words of change from another newsroom"),
    ],
)
def test_words_of_correction_alone_are_no_update(title: str, facts: dict[str, Any], why: str) -> None:
    assert tell([notice(), news(2, "2026-06-03", title, **facts)]).last.kind is K.REPEATED, why


def test_an_extended_deadline_is_told_by_any_newsroom() -> None:
    told = tell([notice(), news(2, "2026-06-03", "某市大病保险开标延期", deadline=closes("2026-07-08"))])
    assert told.last.kind is K.CORRECTION
    assert told.state.deadline == dt.datetime(2026, 7, 8, 1, 30, tzinfo=dt.UTC)


def test_a_copy_and_an_older_article_correct_nothing() -> None:
    copied = news(2, "2026-06-03", "更正：招标预算", copy_of=1, amount=sum_of(135))
    older = news(3, "2026-05-31", "更正：招标预算", amount=sum_of(135))
    assert tell([notice(), copied, older]).kinds == [K.FIRST, K.REPEATED, K.REPEATED]


def test_short_names_and_portals_spellings_are_no_change() -> None:
    buyer = ("杭州市医疗保障局", "杭州市医疗保障局", "采购人：杭州市医疗保障局")
    short = ("市医保局", "市医保局", "市医保局发布更正公告")
    spelled = ("yxzc20260418", "yxzc20260418", "更正公告（yxzc20260418）")
    told = tell([notice(buyer=buyer), amendment(deadline=None, buyer=short, project_number=spelled)])
    assert changed(told.last) == {}
    other = ("杭州市民政局", "杭州市民政局", "采购人更正为杭州市民政局")
    assert "buyer" in changed(tell([notice(buyer=buyer), amendment(deadline=None, buyer=other)]).last)


def test_what_a_second_report_knows_beyond_is_remembered_without_a_word() -> None:
    """The newsroom's story had no deadline, the office's notice has: nobody is told twice, but it is reminded of."""
    first = notice(deadline=None, amount=None)
    told = tell([first, news(2, "2026-06-02", "大病保险招标公告", deadline=closes("2026-06-22"))])
    assert told.last.kind is K.REPEATED
    assert told.state.deadline == dt.datetime(2026, 6, 22, 1, 30, tzinfo=dt.UTC)
    assert told.state.deadline_told_at is None  # so that no reminder is left out


def test_a_deadline_counts_as_told_only_where_it_was() -> None:
    """Moved by an amendment that was stored silently, it was not; nor by an update that does not print it."""
    moved = tell([amendment()], state=tell([notice()]).state, silent=True)
    assert (moved.state.first_told_at, moved.state.deadline_told_at) == (START, None)
    later = tell([amendment(3, "2026-06-12", deadline=None, amount=sum_of(160))], state=moved.state)
    assert later.last.kind is K.STEP
    assert later.state.deadline_told_at is None
    printed = tell([amendment(4, "2026-06-13")], state=later.state)
    assert printed.state.deadline_told_at == START


# --------------------------------------------------------------------------------------------------- products


def product(number: int, day: str, update: str, title: str = "西湖益联保", **facts: Any) -> StoredArticle:
    return given(number, day, title, facts, update=update, thread="product:西湖益联保:2026")


def premium(yuan: int) -> tuple[list[int], str, str]:
    return ([yuan], f"{yuan}元", f"保费{yuan}元")


def test_further_news_of_a_product_is_news() -> None:
    """Claims after the launch are no stage, and growing figures no change."""
    told = tell(
        [
            product(1, "2026-01-05", "launch", premium_per_person=premium(150)),
            product(2, "2026-03-05", "claims", payout=sum_of(10)),
            product(3, "2026-06-05", "claims", payout=sum_of(30)),
        ]
    )
    assert told.kinds == [K.FIRST, K.NEWS, K.NEWS]
    assert told.state.says("payout").value == 30e6  # type: ignore[union-attr]


def test_new_terms_of_a_product_are_an_update() -> None:
    told = tell(
        [
            product(1, "2026-01-05", "enrolment", deadline=closes("2026-01-31", ""), premium_per_person=premium(150)),
            product(2, "2026-01-29", "enrolment", "西湖益联保参保延长", deadline=closes("2026-02-15", "")),
            product(3, "2026-02-02", "terms", premium_per_person=premium(180)),
        ]
    )
    assert told.kinds == [K.FIRST, K.STEP, K.STEP]
    assert changed(told.revisions[1]) == {"deadline": ("2026-01-31", "2026-02-15")}
    assert changed(told.last) == {"premium_per_person": ((150,), (180,))}


def test_a_corrected_total_is_an_update_although_it_makes_an_event_of_its_own() -> None:
    """Two totals contradict one another, so they are two events; the headline says that the first was wrong."""
    claims = product(1, "2026-06-01", "claims", payout=sum_of(52))
    for title, kind in (("更正：西湖益联保理赔数据", K.STEP), ("西湖益联保理赔数据", K.NEWS)):
        told = tell([claims, product(2, "2026-06-02", "claims", title, payout=sum_of(50.2))])
        assert told.last.kind is kind
        assert changed(told.last) == ({"payout": (52e6, 50.2e6)} if kind is K.STEP else {})
        assert told.state.says("payout").value == 50.2e6  # type: ignore[union-attr]


def test_the_end_of_a_product_is_an_update_and_its_end() -> None:
    told = tell([product(1, "2026-01-05", "launch"), product(2, "2026-06-05", "discontinued")])
    assert (told.last.kind, told.state.ended) == (K.STEP, True)


# ------------------------------------------------------------------------------------------------ the rest


def test_nothing_is_told_of_a_baseline_but_what_follows_is_compared_with_it() -> None:
    known = tell([notice()], silent=True)
    assert (known.state.first_told_at, known.state.alert_key, known.state.deadline_told_at) == (None, "", None)
    told = tell([amendment()], state=known.state)
    assert told.last.kind is K.STEP
    assert changed(told.last).keys() == {"deadline"}
    assert told.state.first_told_at == START


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ("2026-06-22", "2026-06-22T15:59:00+00:00"),
        ("2026-06-22T09:30:00", "2026-06-22T01:30:00+00:00"),
        ("2026-06-22T09:30:00+08:00", "2026-06-22T01:30:00+00:00"),
    ],
)
def test_a_bare_date_lasts_until_its_evening_in_china(stated: str, moment: str) -> None:
    assert deadline_moment(stated) == dt.datetime.fromisoformat(moment)


def test_every_stage_and_update_can_follow_every_other() -> None:
    """No pair is left undecided, and whatever is told later, an event is told as new once."""
    for first in Stage:
        for second in Stage:
            pair = [given(1, "2026-06-01", "公告", {}, stage=first), given(2, "2026-06-02", "公告", {}, stage=second)]
            told = tell([*pair, *pair])
            assert told.kinds[0] is K.FIRST
            assert told.kinds[2:] == [K.REPEATED, K.REPEATED]
            assert told.state.deadline is None
    for before in Update:
        for after in Update:
            told = tell([product(1, "2026-06-01", before), product(2, "2026-06-02", after)])
            assert told.last.kind in {K.NEWS, K.STEP}


def test_what_people_act_on_is_compared() -> None:
    assert {"deadline", "amount", "winner", "buyer", "project_number"} <= CORRECTABLE
    assert not {"regions", "insurers", "programmes"} & CORRECTABLE


def test_the_real_pipeline_is_followed() -> None:
    """Texts as offices print them: notice, amendment, result, and a newspaper's story of the result."""
    said = understood(
        [
            article(1, "2025-09-25", "玉溪市城乡居民大病保险承办服务项目公开招标公告", NOTICE, source="政府采购网"),
            article(2, "2025-10-12", "玉溪市城乡居民大病保险承办服务项目更正公告", AMENDMENT, source="政府采购网"),
            article(3, "2025-11-05", "玉溪市城乡居民大病保险承办服务项目中标公告", RESULT, source="政府采购网"),
            article(4, "2025-11-06", "玉溪大病保险花落中国人寿", STORY, source="日报"),
        ]
    )
    told = tell(said)
    assert told.kinds[:3] == [K.FIRST, K.STEP, K.STEP]
    assert told.kinds[3] is K.REPEATED
    assert changed(told.revisions[1]) == {"deadline": ("2025-10-20T09:30:00+08:00", "2025-10-31T14:00:00+08:00")}
    assert changed(told.revisions[2])["amount"] == (153e6, 151.276e6)
    assert told.state.ended


def test_an_understanding_becomes_the_report_that_the_store_will_hold() -> None:
    one = article(1, "2025-09-25", "玉溪市城乡居民大病保险承办服务项目公开招标公告", NOTICE)
    (u,) = analyse([one], load_vocabulary())
    stored = shelved(u, 1)
    assert report_of(u, stored) == report(stored)
    assert report_of(u, stored).thread_id == thread_of(u)


NOTICE = """一、项目基本情况
项目编号：YXZC-2025-0418
项目名称：玉溪市城乡居民大病保险承办服务项目
采购人：玉溪市医疗保障局
预算金额：15300.00万元
采购需求：为全市约212万名城乡居民提供大病保险承办服务。
四、提交投标文件截止时间、开标时间和地点
2025年10月20日09点30分（北京时间），玉溪市公共资源交易中心第一开标室。"""
AMENDMENT = """一、项目基本情况
原公告的采购项目编号：YXZC-2025-0418
原公告的采购项目名称：玉溪市城乡居民大病保险承办服务项目
二、更正信息
更正内容：提交投标文件截止时间由“2025年10月20日09点30分”更正为“2025年10月31日14点00分”，其他内容不变。
四、联系方式
采购人：玉溪市医疗保障局"""
RESULT = """一、项目编号：YXZC-2025-0418
二、项目名称：玉溪市城乡居民大病保险承办服务项目
三、中标信息
供应商名称：中国人寿保险股份有限公司玉溪分公司
中标金额：15127.60万元
采购人：玉溪市医疗保障局"""
STORY = """11月5日，玉溪市公布城乡居民大病保险承办机构中标结果：中国人寿玉溪分公司中标，中标金额1.51亿元，为全市城乡居民提供大病保险承办服务。
市医疗保障局有关负责人表示，参保人不另行缴费，住院费用在医院窗口直接结算。"""
