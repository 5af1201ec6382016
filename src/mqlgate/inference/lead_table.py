"""The leads table: what identifies a lead, when it came to be and became an MQL, its roles. Never looks at outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass

from mqlgate.errors import InputError
from mqlgate.inference.decision import Decision, Draft
from mqlgate.inference.picking import Pick, best
from mqlgate.inference.profile import Profile, percent, shown
from mqlgate.inference.vocabulary import Vocabulary
from mqlgate.tables.names import quote_name, quote_text
from mqlgate.tables.read import ROW

_ROLES = ("account", "source", "campaign", "owner", "email", "title")
_MOST_CHANNELS = 500
_LEAST_OVERLAP = 0.3
_MOSTLY = 0.95


@dataclass(frozen=True)
class Reference:
    """A column of an event table that refers to leads: how much of it does, and how many leads it reaches."""

    column: str
    lead_id: str
    found: float
    reached: float

    @property
    def fit(self) -> float:
        """How well it refers, for comparing."""
        return self.found + 0.5 * self.reached


def reference(events: Profile, leads: Profile, ids: Sequence[str], vocabulary: Vocabulary, section: str) -> Reference:
    """The pair of columns by which a table of events refers to the leads.

    Raises
    ------
    InputError
        Where no column's values are the leads' ids.
    """
    sections = ("history",) if section == "history" else ("activities", "outcomes")
    said = [name for each in sections for name in vocabulary.said(each, "lead")]
    names = vocabulary.words("leads", "id").before(said)
    told = {c for each in sections for c in vocabulary.names(each, "lead", events.facts)}
    pairs: list[tuple[float, Reference]] = []
    for lead_id in ids:
        for column in events.facts:
            if column in events.times or events.facts[column].filled == 0:
                continue
            found = events.overlap(column, leads, lead_id)
            if found >= _LEAST_OVERLAP:
                pair = Reference(column, lead_id, found, leads.overlap(lead_id, events, column))
                pairs.append((pair.fit + (names.strength(column) + names.strength(lead_id)) / 200, pair))
    if not pairs:
        raise InputError(
            events.path,
            f"no column of it holds the ids of the leads in {leads.path}",
            f"values as in {' or '.join(map(shown, ids[:3]))}, exactly, leading zeros included",
            "Name the files in the order LEADS, ACTIVITIES, OUTCOMES; give tables of companies or products by --lookup",
        )
    # Running numbers of different things meet by chance: where a preset names the columns, no others are asked.
    named = vocabulary.names("leads", "id", ids)
    return max(pairs, key=lambda scored: (scored[1].column in told, scored[1].lead_id in named, scored[0]))[1]


def possible_ids(leads: Profile, vocabulary: Vocabulary) -> list[str]:
    """Columns that could identify a lead, the likeliest first.

    Raises
    ------
    InputError
        Where no column is different in every row.
    """
    names = vocabulary.words("leads", "id")
    unique = [c for c in leads.facts if c not in leads.times and leads.is_unique(c) and not _is_address(leads, c)]
    if not unique:
        raise InputError(
            leads.path,
            "no column is different in every row, so none identifies a lead",
            "one row per lead and a column that identifies it",
            "Add one (the row's number would do), or remove repeated rows",
        )
    order = list(leads.facts)
    return sorted(unique, key=lambda c: (-names.strength(c), leads.facts[c].kind == "number", order.index(c)))


def id_draft(leads: Profile, column: str, ids: Sequence[str], references: Sequence[tuple[Profile, Reference]]) -> Draft:
    """The decision on `id`, with what supports it."""
    facts = leads.facts[column]
    rows = f"{leads.rows:,}"
    different = "different in all" if facts.distinct == leads.rows else f"{facts.distinct:,} different values in"
    why = f"{different} {rows} rows"
    for events, pair in references:
        why += f"; {percent(pair.found)} of the ids in {events.name}, column {shown(pair.column)}, are among them"
    others = tuple(shown(c) for c in ids if c != column)[:3]
    return Draft((Decision("leads", "id", column, why, others),))


def times_draft(leads: Profile, vocabulary: Vocabulary, taken: set[str]) -> Draft:
    """`created_at` and `qualified_at`."""
    later, recorded = vocabulary.words("leads", "later_time"), vocabulary.words("leads", "recorded")
    created_words, qualified_words = vocabulary.words("leads", "created_at"), vocabulary.words("leads", "qualified_at")

    def starts(column: str) -> bool:
        mine = max(created_words.strength(column), qualified_words.strength(column))
        return mine >= max(later.strength(column), recorded.strength(column))

    candidates = [c for c in leads.times if c not in taken and starts(c) and not _is_birthday(c)]
    qualified = best(qualified_words, candidates)
    created = best(created_words, [c for c in candidates if not qualified or c != qualified.column])
    decisions: list[Decision] = []
    if created is None and qualified is None:
        return _unnamed_time(leads, candidates)
    if created:
        decisions.append(_time_decision(leads, "created_at", created))
    if qualified:
        extra = _in_order(leads, created.column, qualified.column) if created else _ONLY_QUALIFIED
        decisions.append(_time_decision(leads, "qualified_at", qualified, extra))
    elif created:
        return Draft(
            tuple(decisions),
            (("leads", "No column says when a lead became an MQL: it counts as one from its creation."),),
        )
    return Draft(tuple(decisions))


_ONLY_QUALIFIED = "no column says when a lead was created: each is taken to exist from the start"


def _time_decision(leads: Profile, key: str, pick: Pick, extra: str = "") -> Decision:
    why = f"{pick.by_name}; {_filled(leads, pick.column)}, {_range(leads, pick.column)}{'; ' + extra if extra else ''}"
    return Decision("leads", key, pick.column, why, pick.others)


def _unnamed_time(leads: Profile, candidates: Sequence[str]) -> Draft:
    """No name says what it is: the only column of dates that is always filled is taken for the creation."""
    full = [c for c in candidates if leads.filled_share(c) >= _MOSTLY]
    if not full:
        return Draft(notes=(("leads", "No column says when a lead came to be or became an MQL."),))
    earliest = min(full, key=lambda c: str(leads.one(f"median({leads.times[c].at})")[0]))
    others = tuple(shown(c) for c in full if c != earliest)
    which = "the earliest date" if others else "the only date"
    why = f"no name says which it is; {which} that every lead has, {_range(leads, earliest)}"
    return Draft((Decision("leads", "created_at", earliest, why, others),))


def _in_order(leads: Profile, created: str, qualified: str) -> str:
    a, b = leads.times[created].at, leads.times[qualified].end
    (both, ordered) = leads.one(
        f"count(*) FILTER (({a}) IS NOT NULL AND ({b}) IS NOT NULL), count(*) FILTER (({a}) <= ({b}))"
    )
    share = int(str(ordered)) / max(int(str(both)), 1)
    return f"not before {shown(created)} in {percent(share)} of rows"


def _filled(leads: Profile, column: str) -> str:
    return f"filled in {percent(leads.filled_share(column))} of rows"


def _range(leads: Profile, column: str) -> str:
    reading = leads.times[column]
    first, last = leads.one(f"strftime(min({reading.at}), '%Y-%m-%d'), strftime(max({reading.at}), '%Y-%m-%d')")
    return f"{first} to {last}"


def _is_birthday(column: str) -> bool:
    return any(word in column.lower() for word in ("birth", "geburt", "naissance", "founded", "gründ"))


def dayfirst_draft(
    leads: Profile, columns: Sequence[str], section: str = "leads", inherited: bool | None = None
) -> Draft:
    """`dayfirst`, where the values allow one reading only; a note where they allow both."""
    said, notes = None, []
    for column in columns:
        reading = leads.times[column]
        order = next((form[:2] for form in reading.formats if form.startswith(("%d", "%m"))), None)
        if order is None:
            continue
        if reading.reads_both_ways:
            notes.append(
                (
                    section,
                    f"All dates of {shown(column)} read both ways: say dayfirst = true or dayfirst = false.",
                )
            )
        elif "%b" not in reading.formats[0] and "%B" not in reading.formats[0]:
            said = order == "%d"
    if said is None:
        return Draft(notes=tuple(notes) if inherited is None else ())
    if said == inherited:
        return Draft()
    which = "days come first" if said else "months come first"
    return Draft((Decision(section, "dayfirst", said, f"{which}: some values can be read in no other way"),))


def roles_draft(leads: Profile, vocabulary: Vocabulary, taken: set[str]) -> Draft:
    """account, source, campaign, owner, email, title."""
    decisions: list[Decision] = []
    free = [c for c in leads.facts if c not in taken and c not in leads.times]
    address = next((c for c in free if _is_address(leads, c)), None)
    for role in _ROLES:
        words = vocabulary.words("leads", role)
        if role == "email":
            pick = best(words, [c for c in free if _is_address(leads, c)]) or (Pick(address, 0) if address else None)
            why = "most of its values are addresses; only their kind is ever used"
        else:
            pick = best(words, [c for c in free if _could_be(leads, role, c)])
            why = f"{pick.by_name}; {leads.facts[pick.column].distinct:,} different values" if pick else ""
        if pick:
            free.remove(pick.column)
            decisions.append(Decision("leads", role, pick.column, why, pick.others))
    return Draft(tuple(decisions))


def _could_be(leads: Profile, role: str, column: str) -> bool:
    facts = leads.facts[column]
    if role == "account":
        return facts.kind in ("category", "text", "number") and 1 < facts.distinct < facts.filled
    if role == "title":
        return facts.kind in ("category", "text") and facts.distinct > 1
    return facts.kind == "category" and 1 < facts.distinct <= max(_MOST_CHANNELS, leads.rows // 10)


def _is_address(leads: Profile, column: str) -> bool:
    if leads.facts[column].kind not in ("text", "category"):
        return False
    address = f"regexp_matches({leads.value(column)}, {quote_text('^[^@ ]+@[^@ ]+[.][^@ ]+$')})"
    return leads.share(address) > 0.5 * leads.filled_share(column) > 0


def order_draft(leads: Profile, vocabulary: Vocabulary, lead_id: str) -> Draft:
    """`order`, where no time is mapped: a whole number that grows from row to row, or is called a number."""
    names = vocabulary.words("leads", "order")
    found: list[tuple[int, str, str]] = []
    for column, facts in leads.facts.items():
        if facts.kind != "number" or not leads.is_unique(column) or column in leads.times:
            continue
        value = f"TRY_CAST({quote_name(column)} AS DOUBLE)"
        row = leads.con.execute(
            f"""SELECT avg(CASE WHEN v > before THEN 1.0 ELSE 0.0 END), bool_and(v = floor(v))
                FROM (SELECT {value} AS v, lag({value}) OVER (ORDER BY {ROW}) AS before FROM {leads.source})
                WHERE before IS NOT NULL"""
        ).fetchone()
        growing, whole = (float(row[0] or 0), bool(row[1])) if row else (0.0, False)
        strength = names.strength(column) + (100 if growing >= _MOSTLY else 0)
        if whole and strength:
            grows = "grows from row to row" if growing >= _MOSTLY else "a number that no two leads share"
            found.append((strength, column, grows))
    if not found:
        return Draft(
            notes=(("leads", "No time and no running number: the rows are taken to stand in the order of time."),)
        )
    _, column, grows = max(found)
    why = f"there is no time of the leads, and this is a whole number: {grows}. "
    why += "It orders leads in time and is never a feature. "
    why += "Remove it if it says nothing of time"
    also = " (it is the id, too)" if column == lead_id else ""
    return Draft((Decision("leads", "order", column, why + also),))
