"""The verb that makes the packs of all agencies of a year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ita_analysis import places
from ita_analysis.cli.frame import (
    AsJson,
    AsOf,
    Digits,
    Line,
    Output,
    Registers,
    Rules,
    Run,
    Scores,
    WithSource,
    app,
    options_of,
    say,
    say_json,
)
from ita_analysis.errors import UsageError
from ita_analysis.thai.text import printable


@app.command(epilog="ตัวอย่าง: ita batch --year 2567 --dry-run")
def batch(
    year: Annotated[int, typer.Option("--year", help="ปีงบประมาณ พ.ศ. ของผลการประเมิน (กับ --report: ของมาตรการ)")],
    report: Annotated[
        int, typer.Option("--report", min=0, max=2, help="ทำรายงานผลตามมาตรการ 1 = รอบ 6 เดือน, 2 = รอบ 12 เดือน")
    ] = 0,
    agencies: Annotated[str, typer.Option("--agencies", help="รหัสหรือชื่อ คั่นด้วยจุลภาค หรือไฟล์บรรทัดละหนึ่งรหัส")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="บอกว่าจะทำอะไรและเพราะอะไร ไม่ทำจริง")] = False,
    workers: Annotated[int, typer.Option("--workers", help="จำนวนงานพร้อมกัน (ไม่ระบุ: เท่าจำนวนแกนประมวลผล)")] = 0,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="ทำเฉพาะที่ครั้งก่อนทำไม่สำเร็จ")] = False,
    force: Annotated[bool, typer.Option("--force", help="ทำใหม่ทุกหน่วยงาน")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="ตรวจทุกไฟล์ด้วย SHA-256 ทำใหม่เฉพาะที่เสียหาย")] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="วินาทีที่สมุดงานหนึ่งใช้ได้")] = 900,
    cluster: Annotated[
        str, typer.Option("--cluster", help="ที่อยู่ของ Dask scheduler เช่น tcp://10.0.0.5:8786 (docs/operators.md)")
    ] = "",
    scores: Scores = [],  # noqa: B006 - typer needs a plain default
    output: Output = None,
    run: Run = "",
    line: Line = 90.0,
    rules: Rules = [],  # noqa: B006 - typer needs a plain default
    as_of: AsOf = "",
    digits: Digits = "thai",
    registers: Registers = None,
    with_source: WithSource = False,
    as_json: AsJson = False,
) -> None:
    """ทำชุดสรุปของทุกหน่วยงานที่มีคะแนนปีนั้น (หรือรายงานของทุกหน่วยงานที่มีทะเบียน) ทำเฉพาะที่เปลี่ยน และบอกเหตุผล"""
    from ita_analysis.run import plan as plans
    from ita_analysis.run.asked import read_agencies
    from ita_analysis.run.wording import say as words

    if retry_failed and force:
        raise UsageError("--retry-failed กับ --force ใช้พร้อมกันไม่ได้", todo="เลือกอย่างเดียว")
    if workers < 0 or timeout <= 0:
        raise UsageError("--workers และ --timeout ต้องมากกว่า 0", todo="แก้ค่าแล้วสั่งใหม่")
    if report and as_of:
        raise UsageError("--report กับ --as-of ใช้พร้อมกันไม่ได้", todo="รายงานไม่ขึ้นกับวันที่ ตัด --as-of ออก")
    if cluster and workers:
        raise UsageError(words("cluster.with_workers"), todo=words("cluster.with_workers_todo"))
    demand = plans.Demand(
        options_of(
            year,
            line,
            scores,
            rules,
            run,
            as_of=as_of,
            with_source=with_source,
            round_number=report,
            digits=digits,
            registers=registers,
        ),
        output or places.outputs_folder(),
        run,
        read_agencies(agencies) if agencies else (),
        force=force,
        verify=verify,
        retry_failed=retry_failed,
    )
    count = workers or plans.workers_default()
    found = plans.plan_all(demand)
    if dry_run:
        _tell(found, count, as_json=as_json)
    else:
        has_work = any(plan.of(plans.MAKE, plans.RETRY, plans.REFUSE) for plan in found)
        _carry_out(found, demand, count, timeout, cluster if has_work else "", as_json=as_json)


def _carry_out(found: list[Any], demand: Any, workers: int, timeout: float, cluster: str, *, as_json: bool) -> None:
    from ita_analysis.cli.live import show_for
    from ita_analysis.run import batch as batches
    from ita_analysis.run.limits import Limits
    from ita_analysis.run.wording import say as words

    limits = Limits(cell_s=min(Limits.cell_s, timeout), notebook_s=timeout)
    records = []
    with batches.pool_for(demand, workers, limits, cluster) as pool:
        for plan in found:
            done = batches.carry_out(plan, demand, show_for(pool.count), pool)
            records.append(batches.outcome_record(done))
            if as_json:
                continue
            end = words("batch.end", ok=done.ok, failed=done.failed, skipped=done.skipped)
            end += words("batch.outdated", outdated=done.outdated) if done.outdated else ""
            where = words("batch.where", path=done.run / "index.html")
            print(printable(f"{done.run.name}: {end} · {where}"), flush=True)
            for code, why in done.failures.items():
                say(words("batch.line_failed", code=code, name=_name(plan, code), why=why))
            if done.overview:
                say(words("batch.overview_failed", why=done.overview))
    if as_json:
        say_json({"runs": records})
    if any(record["failed"] or record["overview"] for record in records):
        raise typer.Exit(3)


def _name(plan: Any, code: str) -> str:
    return next((step.name_th for step in plan.steps if step.agency_code == code), "")


def _tell(found: list[Any], workers: int, *, as_json: bool) -> None:
    from ita_analysis.run import plan as plans
    from ita_analysis.run.wording import say as words
    from ita_analysis.run.wording import time_text

    if as_json:
        say_json({"runs": [plans.as_record(plan, workers) for plan in found]})
        return
    for plan in found:
        mark = words("plan.made_up") if plan.is_synthetic else ""
        lines = [words("plan.head", run=plan.run.name, framework=plan.framework, mark=mark, count=len(plan.steps))]
        for step in plan.steps:
            why = plans.why_th(step) or words("plan.why.current")
            action = words(f"plan.action.{step.action}")
            lines.append(words("plan.line", action=action, code=step.agency_code, name=step.name_th, why=why))
            lines += [f"    {problem.line_th()}" for problem in step.problems]
            if files := step.files():
                folder = Path(files[0]).parent
                lines.append(words("plan.writes", folder=folder, files=" ".join(Path(name).name for name in files)))
        lines.append(words("plan.counts", **plan.counts()))
        seconds = plan.seconds(workers)
        if plan.of(plans.MAKE, plans.RETRY):
            known = words("plan.estimate", time=time_text(seconds), workers=workers) if seconds is not None else ""
            lines.append(known or words("plan.no_estimate"))
        print("\n".join(printable(text) for text in lines))
