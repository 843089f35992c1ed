"""Why a candidate does not become a verified question: one function a sentence, for `approval`."""

from __future__ import annotations

from assistant.outcome import Clarification
from assistant.records.verified_file import FILE_NAME
from semantic_layer import Issue, Text


def plan_hidden() -> Issue:
    """A plan over data that the reviewer's role may not see."""
    return Issue(
        code="plan_hidden",
        message=Text(
            zh="这个查询用到了您无权查看的数据；请交给有权限的人审核。",
            en="This plan uses data that your role may not see; leave it to someone who may.",
        ),
    )


def wording_needed() -> Issue:
    """No words in either language."""
    return Issue(
        code="wording_needed",
        message=Text(
            zh="请写下这个问题的中文或英文问法。",
            en="Write the question down, in Chinese, in English or in both.",
        ),
    )


def ambiguous(text: str, asked_back: Clarification) -> Issue:
    """Words of which each user may make something else."""
    labels = [option.label for option in asked_back.options]
    return Issue(
        code="wording_ambiguous",
        message=Text(
            zh=f"“{text}”可以指{'、'.join(label.zh for label in labels)}，每个人的选择不同；"
            "请在问法里写明是哪一个，或确认它对所有人都是这个意思。",
            en=f"{text!r} may mean {', '.join(label.en for label in labels)}, and each user "
            "chooses for themselves; say in the question which one is meant, or confirm that it "
            "means this for everybody.",
        ),
        where=text,
    )


def depends_on_another(text: str) -> Issue:
    """A follow-up: verified, it would take the place of every turn in those words."""
    return Issue(
        code="wording_depends",
        message=Text(
            zh=f"“{text}”要接着上一个问题才有意义；请写成一个完整的问题。",
            en=f"{text!r} only makes sense after another question; write the whole question.",
        ),
        where=text,
    )


def verified_otherwise(text: str) -> Issue:
    """Words that another verified question answers already, with another plan."""
    return Issue(
        code="wording_verified",
        message=Text(
            zh=f"“{text}”已有认证问题，对应的查询不同；请先改那一条，或换一种问法。",
            en=f"{text!r} is answered by another verified question, with another plan; change "
            "that one first, or choose other words.",
        ),
        where=text,
    )


def not_recognised(text: str) -> Issue:
    """Words that would not be recognised when they are asked."""
    return Issue(
        code="wording_not_recognised",
        message=Text(
            zh=f"“{text}”再问时认不出来；请换一种问法。",
            en=f"{text!r} would not be recognised when asked; choose other words.",
        ),
        where=text,
    )


def plan_not_written() -> Issue:
    """A plan that reads otherwise once it stands in a file."""
    return Issue(
        code="plan_not_written",
        message=Text(
            zh="这个查询写进定义文件后会变样，没有保存；请改用文字或整数作筛选值。",
            en="This plan would read otherwise in a definition file, so it is not kept; filter by "
            "texts or whole numbers.",
        ),
        where=FILE_NAME,
    )


def file_broken() -> Issue:
    """The file of verified questions cannot be read as it is."""
    return Issue(
        code="verified_file_broken",
        message=Text(
            zh="这个文件现在读不了，没有改动它；请先修好它，再采纳。",
            en="This file cannot be read as it is, so it was left alone; mend it, then approve.",
        ),
        where=FILE_NAME,
    )


def file_busy() -> Issue:
    """Others keep writing the file."""
    return Issue(
        code="verified_file_busy",
        message=Text(
            zh="其他人正在修改认证问题，没有保存；请稍后再采纳一次。",
            en="Others are changing the verified questions, so nothing was kept; approve again.",
        ),
        where=FILE_NAME,
    )


def file_not_written() -> Issue:
    """The folder of definitions cannot be written."""
    return Issue(
        code="verified_file_not_written",
        message=Text(
            zh="写不进项目的 models 文件夹，没有保存；请检查权限和磁盘空间。",
            en="The project's models folder cannot be written, so nothing was kept; check its "
            "permissions and the space on the disk.",
        ),
        where=FILE_NAME,
    )
