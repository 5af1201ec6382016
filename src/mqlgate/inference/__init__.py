"""What `mqlgate init` infers from files that nobody has described: roles, times, stages, horizon, tiers, suspects.

    inferred = infer("leads.csv", "activities.csv", "outcomes.csv", lookups=["accounts.csv"])
    Path("mqlgate.toml").write_text(inferred.to_toml("."))

Each decision has its reason and its alternatives; where two answers fit, `choose` is asked. The words stand in
`lexicon.toml`, the systems' own names in `presets/`. Never writes a file.
"""

from mqlgate.inference.decision import Answer, Choose, Decision, Option, Question, likeliest
from mqlgate.inference.infer import infer
from mqlgate.inference.inferred import Inferred
from mqlgate.inference.preset import preset_names

__all__ = ["Answer", "Choose", "Decision", "Inferred", "Option", "Question", "infer", "likeliest", "preset_names"]
