"""What the values of a case mean: needs, gaps and obstacles, named once for verdict, board and criteria.

Owns the reading of option ids into named facts of the matter. Must not decide anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from assistant.domain.case import Value, Values
from assistant.domain.rulebook import Rulebook

MANNER = frozenset({"style", "format"})
DECISIONS = frozenset({"classification", "extraction", "repeated_decision"})
BEHAVIOUR = MANNER | DECISIONS | {"domain_language"}
KNOWLEDGE = frozenset({"knowledge", "lookup"})
READINESS = ("evals", "data_count", "data_quality", "prompting")
UNTRIED = frozenset({"none", "basic"})
BROKEN_PROCESS = frozenset({"no_agreement", "no_owner", "contradicting_sources", "form_or_rule"})
OTHER_MODELS = frozenset({"embedder_or_reranker", "vision_or_speech"})


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds the verdict reads, in the units of `thresholds.yaml`."""

    examples: float
    examples_for_manner: float
    requests_a_month: float

    @classmethod
    def of(cls, rulebook: Rulebook) -> Limits:
        """Read the limits from a rulebook. Raises KeyError when one is missing."""
        return cls(
            examples=rulebook.threshold("examples"),
            examples_for_manner=rulebook.threshold("examples_for_manner"),
            requests_a_month=rulebook.threshold("requests_a_month"),
        )


class Signals:
    """The values of one case, read: plain attributes, so that thousands can be judged in one turn.

    `declined` holds the slots that were asked and not answered with a value; for readiness that counts as
    missing, since the burden of proof lies with training.
    """

    __slots__ = (
        "behaviour", "cost", "count", "declined", "evals", "freshness", "goals", "knowledge", "latency", "limits",
        "other_model", "policy", "privacy", "process", "prompting", "quality", "retrieval", "scope", "volume",
    )  # fmt: skip

    def __init__(self, values: Values, declined: Collection[str], limits: Limits) -> None:
        get = values.get
        goals = get("goal")
        self.limits = limits
        self.declined = declined
        self.goals: frozenset[str] = goals if isinstance(goals, frozenset) else frozenset()
        self.scope = get("scope")
        self.process = get("process")
        self.freshness = get("freshness")
        self.retrieval = get("retrieval")
        self.prompting = get("prompting")
        self.evals = get("evals")
        self.count = _number(get("data_count"))
        self.quality = get("data_quality")
        self.volume = _number(get("volume"))
        self.latency = get("latency")
        self.privacy = get("privacy")
        self.other_model = self.scope in OTHER_MODELS
        self.behaviour = self.goals & BEHAVIOUR
        self.cost = "cost_latency" in self.goals
        self.policy = "policy" in self.goals and not self.other_model
        self.knowledge = not self.other_model and (bool(self.goals & KNOWLEDGE) or self.freshness == "daily")

    @property
    def retrieval_good(self) -> bool:
        """Retrieval was measured and finds the right material."""
        return self.retrieval == "good"

    @property
    def needs_behaviour(self) -> bool:
        """Something is wanted that weights could hold: a manner, a decision, a language, a price, a way of reading."""
        return bool(self.behaviour) or self.cost or self.other_model or self.reading_gap or self.tuned_before

    @property
    def tuned_before(self) -> bool:
        """A model was already tuned, for a behaviour nobody has named yet; no missing knowledge was named either."""
        return self.scope == "tuned_already" and self.goals <= {"vague"} and not self.knowledge

    @property
    def reading_gap(self) -> bool:
        """Retrieval brings the right passage and answers are still not right: the model reads it badly.

        An exact lookup is no text to be read, so it stays with tools.
        """
        return self.retrieval_good and "knowledge" in self.goals and "lookup" not in self.goals and self.knowledge

    @property
    def process_broken(self) -> bool:
        """No agreed right answer, no owner, contradicting sources, or a rule would do."""
        return self.process in BROKEN_PROCESS or self.quality == "disagreeing"

    @property
    def policy_only(self) -> bool:
        """Rules are to be obeyed and nothing else is wanted that training could give."""
        return self.policy and not self.needs_behaviour

    @property
    def knowledge_gap(self) -> bool:
        """Facts are needed, and nothing measured brings them to the model yet."""
        return self.knowledge and not self.retrieval_good

    @property
    def stew(self) -> bool:
        """Style, knowledge and policy in one wish, with no retrieval that already carries its part.

        Manner plus policy, or any behaviour plus knowledge plus policy; style plus knowledge counts while no
        retrieval has been tried, since each would need its own lever.
        """
        if self.retrieval_good or self.other_model:
            return False
        if self.policy and (self.goals & MANNER or (self.behaviour and self.knowledge)):
            return True
        return "style" in self.goals and self.knowledge and self.retrieval in (None, "none")

    @property
    def vague_only(self) -> bool:
        """The only aim told is to be better."""
        return self.goals == {"vague"} and not self.other_model and not self.tuned_before

    @property
    def aim_told(self) -> bool:
        """What is wanted was told, or asked for and not known; before that nothing can argue about the prompt."""
        return bool(self.goals) or "goal" in self.declined

    @property
    def cost_only(self) -> bool:
        """Quality is fine; only cost or speed is not."""
        return self.cost and not self.behaviour and not self.other_model

    @property
    def at_scale(self) -> bool:
        """Volume or speed makes a small model of one's own worth its upkeep."""
        return self.latency == "strict" or (self.volume is not None and self.volume >= self.limits.requests_a_month)

    @property
    def cost_is_real(self) -> bool:
        """Cost or speed is the aim, and the volume or the limit on time bears it out."""
        return self.cost and self.at_scale

    @property
    def behaviour_changes(self) -> bool:
        """The decisions to be learned change faster than a model can be retrained with care."""
        return self.freshness == "monthly" and bool(self.behaviour & DECISIONS) and not self.knowledge

    @property
    def prompt_untried(self) -> bool:
        """No prompt worth the name has been tried."""
        return self.prompting in UNTRIED

    @property
    def prompt_suffices(self) -> bool:
        """The prompt already gives the quality, and neither cost nor a model already tuned argues for more."""
        return self.prompting == "sufficient" and not self.cost_is_real and self.scope != "tuned_already"

    @property
    def evals_ready(self) -> bool:
        """A fixed test set with a baseline exists, kept out of training."""
        return self.evals == "held_out"

    @property
    def examples_needed(self) -> float:
        """How many examples a start needs: fewer for style and format than for decisions."""
        manner_only = bool(self.behaviour) and self.behaviour <= MANNER
        return self.limits.examples_for_manner if manner_only else self.limits.examples

    @property
    def too_few_examples(self) -> bool:
        """Examples were counted, and there are fewer than a start needs."""
        return self.count is not None and self.count < self.examples_needed

    @property
    def data_gap(self) -> bool:
        """What is known of the examples, or that nobody could say, keeps training from starting."""
        return self.too_few_examples or self.quality not in (None, "clean") or self.data_unknown

    @property
    def data_unknown(self) -> bool:
        """Number or shape of the examples was asked, and nobody could say."""
        return (self.count is None and "data_count" in self.declined) or (
            self.quality is None and "data_quality" in self.declined
        )

    @property
    def baseline_missing(self) -> bool:
        """What the prompt can do is not known: nobody said how far it was taken, or it was reworked without a score.

        Where only cost or speed is the aim, a score is not enough: the prompt must give the quality to be kept.
        """
        return self.prompting is None or (self.prompting == "iterated" and not self.rounds_scored)

    @property
    def rounds_scored(self) -> bool:
        """The prompt went through many rounds, and a fixed test set with a baseline shows what it reaches."""
        return self.prompting == "iterated" and self.evals_ready and not self.cost_only

    @property
    def personal_data(self) -> bool:
        """Personal data sits in the examples, and nobody has cleared it."""
        return self.privacy == "personal_data"

    @property
    def readiness_untold(self) -> bool:
        """Nothing was told or declined yet by which readiness could be judged.

        Good examples count as told like bad ones, so that better data never turns a `not_yet` into an open case.
        """
        told = (self.evals, self.count, self.quality, self.prompting)
        return all(value is None for value in told) and not any(slot in self.declined for slot in READINESS)


def _number(value: Value | frozenset[str] | None) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
