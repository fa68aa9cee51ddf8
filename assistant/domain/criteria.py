"""The named arguments: when each criterion of criteria.yaml holds in a case.

Owns one predicate a criterion id; what it argues for, says and rests on is data. The loader proves that ids
here and there are the same.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.signals import Signals

Predicate = Callable[[Signals], bool]

PREDICATES: dict[str, Predicate] = {
    "not_about_models": lambda case: case.scope == "off_topic",
    "other_kind_of_model": lambda case: case.scope == "other_model",
    # the process comes first
    "experts_disagree": lambda case: case.people_disagree,
    "no_owner": lambda case: case.process == "no_owner",
    "sources_contradict": lambda case: case.process == "contradicting_sources",
    "rule_would_do": lambda case: case.process == "form_or_rule",
    "vague_wish": lambda case: case.vague_only,
    # concerns and knowledge
    "mixed_concerns": lambda case: case.stew,
    "facts_change_daily": lambda case: case.knowledge and case.freshness == "daily",
    "facts_change_monthly": lambda case: case.knowledge and case.freshness == "monthly",
    "exact_lookup": lambda case: "lookup" in case.goals and not case.takes_no_prompt,
    "missing_knowledge": lambda case: "knowledge" in case.goals and not case.takes_no_prompt,
    "retrieval_misses": lambda case: case.knowledge and case.retrieval == "misses",
    "retrieval_unmeasured": lambda case: case.knowledge and case.retrieval == "unmeasured",
    "retrieval_untried": lambda case: case.knowledge and case.retrieval == "none",
    "policy_outside_weights": lambda case: case.policy,
    "reading_gap": lambda case: (case.reading_gap or case.rules_over_found_text) and not case.behaviour,
    "retrieval_carries_facts": lambda case: case.retrieval_good and not case.takes_no_prompt,
    # cheaper levers
    "behaviour_changes": lambda case: case.task_too_fast and case.needs_behaviour,
    "schema_for_format": lambda case: "format" in case.goals and case.prompt_untried,
    "prompt_untried": lambda case: case.prompting == "none",
    "prompt_basic": lambda case: case.prompting == "basic" and not case.takes_no_prompt,
    "prompt_suffices": lambda case: case.prompt_suffices,
    "cheaper_levers": lambda case: case.cheaper_levers,
    "never_compared": lambda case: case.never_compared,
    # readiness that is missing
    "evals_none": lambda case: case.evals == "none",
    "evals_impressions": lambda case: case.evals == "impressions",
    "evals_partial": lambda case: case.evals == "partial",
    "evals_live": lambda case: case.evals == "live" and not case.live_carries,
    "evals_unknown": lambda case: case.evals is None and case.needs_behaviour,
    "data_none": lambda case: case.count == 0,
    "data_too_few": lambda case: case.too_few_examples and case.count != 0,
    "data_unchecked": lambda case: case.quality == "unchecked",
    "data_dirty": lambda case: case.quality == "dirty",
    "data_wrong_kind": lambda case: case.quality == "wrong_kind",
    "data_documents": lambda case: case.quality == "documents",
    "data_unknown": lambda case: case.data_unknown and case.needs_behaviour,
    "personal_data": lambda case: case.personal_data,
    "baseline_unmeasured": lambda case: case.prompting == "iterated" and not case.rounds_scored,
    "baseline_unknown": lambda case: case.prompting is None and case.needs_behaviour,
    # reasons to tune
    "reason_cost": lambda case: case.cost_is_real,
    "reason_format": lambda case: "format" in case.goals,
    "reason_style": lambda case: "style" in case.goals,
    "reason_classification": lambda case: "classification" in case.goals,
    "reason_extraction": lambda case: "extraction" in case.goals,
    "reason_transformation": lambda case: "transformation" in case.goals,
    "reason_domain_language": lambda case: "domain_language" in case.goals,
    "reason_repeated_decision": lambda case: "repeated_decision" in case.goals,
    "reason_other_model": lambda case: case.takes_no_prompt,
    # readiness that is there
    "evals_ready": lambda case: case.evals_ready,
    "live_carries": lambda case: case.live_carries,
    "data_ready": lambda case: case.data_ready and case.quality == "clean",
    "data_part_checked": lambda case: case.data_ready and case.quality == "part_checked",
    "prompt_exhausted": lambda case: case.prompting == "plateaued",
    "prompt_reworked": lambda case: case.rounds_scored,
    "prompt_proven": lambda case: case.prompt_proven,
    "stock_scored": lambda case: case.stock_scored,
    "task_stable": lambda case: case.task_change in ("stable", "yearly"),
    "retrain_in_plan": lambda case: case.task_change == "monthly",
    "facts_stay_outside": lambda case: case.facts_stay_outside,
    "already_tuned": lambda case: case.tuned_already,
    "local_not_tuned": lambda case: case.privacy == "must_stay_local",
}


def rationale(case: Signals, leaning: VerdictId, rulebook: Rulebook) -> tuple[str, ...]:
    """Return the ids of the criteria that hold and argue for the leaning, in the rulebook's order."""
    return tuple(
        criterion.id
        for criterion in rulebook.criteria
        if leaning in criterion.argues_for and PREDICATES[criterion.id](case)
    )
