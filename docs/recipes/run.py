"""Run the recipes as a user would, and print what they score.

    python docs/recipes/run.py [olist] [opportunities] [bank] [loans] [--split-only | --write]

For each set: split by time (the first 75 % of the leads, the last 25 %), then `mqlgate check, train, gate, score` by
the command line, then the scores beside the answers: rows scored, positives by label, log loss beside the base rate.
All that it writes goes to build/recipes/. It holds no model: what it knows of one stands in the scores tables.
With `--split-only` it writes the split files and prints the commands, but runs none; with `--write` it puts what it
printed into the set's README.md.
"""

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
MQLGATE = Path(sys.executable).with_name("mqlgate")
TRAINED_ON = 0.75
BEGIN, END = "<!-- printed by docs/recipes/run.py -->", "<!-- end -->"
DAY_FIRST = {"dayfirst": True, "format": "mixed"}


@dataclass
class Run:
    """One recipe being run: its folders, and what was printed."""

    name: str
    dry: bool
    said: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Print a line and remember it for the document."""
        print(line, flush=True)
        self.said.append(line)

    def write(self) -> None:
        """Put what was printed into the document, between its two marks."""
        page = self.config.with_name("README.md")
        before, _, rest = page.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        printed = "\n".join(self.said)
        page.write_text(f"{before}{BEGIN}\n```\n{printed}\n```\n{END}{after}", "utf-8")

    @property
    def config(self) -> Path:
        """The recipe's own configuration."""
        return ROOT / "docs" / "recipes" / self.name / "mqlgate.toml"

    @property
    def build(self) -> Path:
        """Where all that is written goes."""
        folder = ROOT / "build" / "recipes" / self.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def mqlgate(self, command: str, *arguments: str | Path, allowed: Sequence[int] = (0,)) -> dict[str, Any]:
        """Run a command with --json and return what it prints; exit statuses that are no failure are `allowed`."""
        said = [str(a.relative_to(ROOT) if isinstance(a, Path) else a) for a in arguments]
        typed = ["mqlgate", command, *said]
        self.say(f"$ {shlex.join(typed)}")
        if self.dry:
            return {}
        done = subprocess.run(
            [MQLGATE, command, *said, "--json"], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=False
        )
        if done.returncode not in allowed:
            print(done.stdout)
            sys.exit(f"{self.name}: `{shlex.join(typed)}` ended with status {done.returncode}")
        return dict(json.loads(done.stdout)) if done.stdout.strip() else {}

    def fresh(self) -> None:
        """Forget versions of an earlier run: the champion must be the one that is trained now."""
        import shutil

        if not self.dry:
            for file in self.build.glob("mlflow.db*"):
                file.unlink()
            shutil.rmtree(self.build / "models", ignore_errors=True)


def log_loss(label: "pd.Series[int]", p: "pd.Series[float]") -> float:
    """Mean of minus the logarithm of the probability that was given to what came."""
    return float(-np.mean(np.where(label == 1, np.log(p), np.log1p(-p))))


def reported(run: Run, what: str, label: "pd.Series[int]", p: "pd.Series[float]", base: float) -> None:
    """Rows and positives; log loss beside that of two rates: known at training, and the rows' own (hindsight)."""
    known, own = (log_loss(label, pd.Series(rate, index=label.index)) for rate in (base, float(label.mean())))
    run.say(f"{what}: {len(label):,} rows scored, {int(label.sum()):,} positive by label ({label.mean():.1%})")
    run.say(
        f"  log loss {log_loss(label, p):.4f}; of the base rate known at training ({base:.4f}) {known:.4f}, "
        f"of their own {own:.4f}"
    )


def trained(run: Run, config: Path, *as_of: str) -> None:
    """check, train and gate, and what they say."""
    checked = run.mqlgate("check", "--config", run.config, *as_of, allowed=(0, 1))
    learnt = run.mqlgate("train", "--config", config, *as_of)
    gate = run.mqlgate("gate", "--config", config, "--out", run.build, allowed=(0, 1))
    if run.dry:
        return
    for finding in checked["findings"]:
        if finding["severity"] != "info":
            column = f", {finding['column']}" if finding["column"] else ""
            run.say(f"  check: {finding['severity']} {finding['code']} ({finding['table']}{column})")
    run.say(
        f"  train: version {learnt['version']}, signal {learnt['signal']}, {learnt['rows']}; "
        f"out-of-time log loss {learnt['log_loss']:.4f}, base {learnt['base_log_loss']:.4f}"
    )
    run.say(
        f"  gate: {gate['gate']}, met {gate['met']}, SQL rate {gate['expected_sql_rate']:.3f}, "
        f"at least {gate['lower_bound']:.3f} with {gate['confidence']:.0%} confidence, {gate['leads']:,} leads reach it"
    )


def scores(path: Path) -> pd.DataFrame:
    """A scores table by lead."""
    return pd.read_csv(path, dtype={"lead_id": str}).set_index("lead_id")


def olist(run: Run) -> None:
    """As-of: trained on what was known the day before the split; the last quarter judged as if qualified that day."""
    folder = DATA / "olist"
    leads = pd.read_csv(folder / "marketing_qualified_leads.csv", dtype=str)
    deals = pd.read_csv(folder / "closed_deals.csv", dtype=str, usecols=["mql_id", "won_date"])
    first = pd.to_datetime(leads["first_contact_date"], **DAY_FIRST)
    order = leads.assign(first=first).sort_values(["first", "mql_id"]).index
    cut = int(len(leads) * TRAINED_ON)
    last = leads.loc[order[cut:]]
    split_day = first[order[cut]]
    as_of = f"{split_day - pd.Timedelta(days=1):%Y-%m-%d}"
    last.to_csv(run.build / "last_quarter.csv", index=False)
    won = leads["mql_id"].map(pd.to_datetime(deals.set_index("mql_id")["won_date"], **DAY_FIRST))
    days = (won - first) / pd.Timedelta(days=1)
    run.say(
        f"olist: won within 90 days of the first contact's day, bounds included: {int(days.between(0, 90).sum())}; "
        f"with the deal that precedes its first contact: {int((days <= 90).sum())}"
    )
    trained(run, run.config, "--as-of", as_of)
    out = run.build / "scores.csv"
    run.mqlgate(
        "score", "--config", run.config, "--leads", run.build / "last_quarter.csv", "--as-of", as_of, "--out", out
    )
    if not run.dry:
        label = pd.Series(days.between(0, 90).astype(int).to_numpy(), index=leads["mql_id"])
        mature = first + pd.Timedelta(days=90) <= split_day
        known = (days.between(0, 90) & (won < split_day))[mature].mean()
        p = scores(out)["p_sql"]
        reported(run, "olist, last quarter", label[last["mql_id"]], p[last["mql_id"]], float(known))


def opportunities(run: Run) -> None:
    """Retrospective: trained on the first three quarters of the closed deals, whenever they closed."""
    pipeline = pd.read_csv(DATA / "opportunities" / "sales_pipeline.csv", dtype=str)
    engaged = pd.to_datetime(pipeline["engage_date"], **DAY_FIRST)
    closed = pipeline.assign(engaged=engaged)[pipeline["deal_stage"].isin(["Won", "Lost"])]
    order = closed.sort_values(["engaged", "opportunity_id"]).index
    flat(run, pipeline, order, "opportunity_id", "deal_stage", "Won")


def bank(run: Run) -> None:
    """Retrospective: trained on the first three quarters of the calls."""
    calls = pd.read_csv(DATA / "bank" / "bank-full.csv.gz", dtype=str)
    order = calls["Cust_num"].astype(int).sort_values(kind="stable").index
    flat(run, calls, order, "Cust_num", "y", "yes")


def flat(run: Run, table: pd.DataFrame, order: "pd.Index[int]", lead_id: str, target: str, accepted: str) -> None:
    """A leads table with a target column: the last quarter is taken out of it and scored without the target."""
    cut = int(len(order) * TRAINED_ON)
    last = table.loc[order[cut:]]
    table.drop(index=last.index).to_csv(run.build / "first_three_quarters.csv", index=False)
    last.drop(columns=target).to_csv(run.build / "last_quarter.csv", index=False)
    # The recipe's own file with another table of leads: the folders are equally deep, so all other paths stay right.
    lines = run.config.read_text("utf-8").splitlines()
    path = next(number for number, line in enumerate(lines) if line.startswith("path = "))
    lines[path] = 'path = "first_three_quarters.csv"'
    config = run.build / "mqlgate.toml"
    config.write_text("\n".join(lines) + "\n", "utf-8")
    trained(run, config)
    out = run.build / "scores.csv"
    run.mqlgate("score", "--config", config, "--leads", run.build / "last_quarter.csv", "--out", out)
    if not run.dry:
        base = float((table.loc[order[:cut], target] == accepted).mean())
        label = pd.Series((last[target] == accepted).astype(int).to_numpy(), index=last[lead_id])
        reported(run, f"{run.name}, last quarter", label, scores(out)["p_sql"][last[lead_id]], base)


def loans(run: Run) -> None:
    """As-of: trained as of the split, then the job is replayed week by week through the last quarter.

    Each open lead is judged at its age; a row is evaluated once its lead's horizon has passed.
    """
    folder, month = DATA / "loans", pd.Timedelta(days=30)
    leads = pd.read_csv(folder / "leads_day7.csv", dtype={"lead": str}, parse_dates=["qualified_at"])
    outcomes = pd.read_csv(folder / "outcomes.csv.gz", dtype={"lead": str}, parse_dates=["at"])
    end = outcomes["at"].max()
    approved = leads["lead"].map(outcomes[outcomes["stage"] == "approved"].groupby("lead")["at"].min())
    leads = leads.assign(label=(approved.between(leads["qualified_at"], leads["qualified_at"] + month)).astype(int))
    mature = leads[leads["qualified_at"] + month <= end].sort_values(["qualified_at", "lead"]).set_index("lead")
    split = mature["qualified_at"].iloc[int(len(mature) * TRAINED_ON)]
    last = mature[mature["qualified_at"] >= split]
    as_of = f"{split - pd.Timedelta(days=1):%Y-%m-%d}"
    trained(run, run.config, "--as-of", as_of)
    weeks = pd.date_range(split.normalize(), last["qualified_at"].max() + month, freq="7D")
    judged: list[pd.DataFrame] = []
    for week in weeks:
        day, out = f"{week:%Y-%m-%d}", run.build / f"scores_{week:%Y-%m-%d}.csv"
        run.mqlgate("score", "--config", run.config, "--as-of", day, "--out", out)
        if not run.dry:
            table = scores(out)
            judged.append(table[table["state"] == "open"].assign(week=week))
    if not run.dry:
        rows = pd.concat(judged)
        rows = rows[rows.index.isin(last.index)]
        known = mature[mature["qualified_at"] + month <= split]["label"].mean()
        reported(
            run,
            "loans, open leads of the last quarter, every week",
            last["label"][rows.index],
            rows["p_sql"],
            float(known),
        )
        first = rows[~rows.index.duplicated()]
        reported(
            run, "loans, the same leads once, at day 7", last["label"][first.index], first["p_sql_at_mql"], float(known)
        )


RECIPES: dict[str, Callable[[Run], None]] = {
    "olist": olist,
    "opportunities": opportunities,
    "bank": bank,
    "loans": loans,
}


def main() -> None:
    """Run the recipes that are named, or all."""
    parser = argparse.ArgumentParser(description="Run the recipes and print their figures.")
    parser.add_argument("names", nargs="*", choices=[*RECIPES, []], help="the sets; all of them unless named")
    parser.add_argument("--split-only", action="store_true", help="write the split files and print the commands")
    parser.add_argument("--write", action="store_true", help="put what is printed into the set's README.md")
    given = parser.parse_args()
    for name in given.names or RECIPES:
        if not (DATA / name).is_dir():
            print(f"{name}: skipped, there is no folder {DATA / name}; the data are not shipped with mqlgate")
            continue
        run = Run(name, given.split_only)
        run.fresh()
        RECIPES[name](run)
        if given.write and not given.split_only:
            run.write()


if __name__ == "__main__":
    main()
