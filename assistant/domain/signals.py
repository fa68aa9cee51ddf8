"""What the values of a case mean: needs, gaps and obstacles, named once for verdict, board and criteria.

Owns the reading of option ids into named facts of the matter. Must not decide anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from assistant.domain.case import Value, Values
from assistant.domain.rulebook import Rulebook

MANNER = frozenset({"style", "format"})
BEHAVIOUR = MANNER | {"classification", "extraction", "repeated_decision", "transformation", "domain_language"}
KNOWLEDGE = frozenset({"knowledge", "lookup"})
BROKEN_PROCESS = frozenset({"no_owner", "contradicting_sources", "form_or_rule"})
TAKES_NO_PROMPT = frozenset({"embedder_or_reranker", "vision_or_speech"})
FIT_EXAMPLES = frozenset({"clean", "part_checked"})
"""Shapes of data of which the number told counts examples fit to train on."""
JUDGED_LIVE = frozenset({"style", "cost_latency", "vague"})
"""Aims that a comparison on live traffic can judge: how it is said, never whether it is true or safe."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the rulebook sets for the verdict: thresholds in the units of their file, and the slots that a yes needs."""

    examples: float
    examples_for_manner: float
    requests_a_month: float
    requests_beyond_cheaper_levers: float
    needed_for_yes: frozenset[str]

    @classmethod
    def of(cls, rulebook: Rulebook) -> Parameters:
        """Read them from a rulebook. Raises KeyError when one is missing."""
        return cls(
            examples=rulebook.threshold("examples"),
            examples_for_manner=rulebook.threshold("examples_for_manner"),
            requests_a_month=rulebook.threshold("requests_a_month"),
            requests_beyond_cheaper_levers=rulebook.threshold("requests_beyond_cheaper_levers"),
            needed_for_yes=rulebook.needed_for_yes,
        )


class Signals:
    """The values of one case, read: plain attributes, so that thousands can be judged in one turn.

    `declined` holds the slots that were asked and not answered with a value.
    """

    __slots__ = (
        "behaviour", "cost", "count", "declined", "evals", "evals_ready", "freshness", "goals", "knowledge", "latency",
        "parameters", "policy", "privacy", "process", "prompting", "quality", "retrieval", "retrieval_good", "scope",
        "takes_no_prompt", "task_change", "tuned_already", "volume",
    )  # fmt: skip

    def __init__(self, values: Values, declined: Collection[str], parameters: Parameters) -> None:
        get = values.get
        goals = get("goal")
        self.parameters = parameters
        self.declined = declined
        self.goals: frozenset[str] = goals if isinstance(goals, frozenset) else frozenset()
        self.scope = get("scope")
        self.process = get("process")
        self.freshness = get("freshness")
        self.task_change = get("task_change")
        self.retrieval = get("retrieval")
        self.prompting = get("prompting")
        self.evals = get("evals")
        self.count = _number(get("data_count"))
        self.quality = get("data_quality")
        self.volume = _number(get("volume"))
        self.latency = get("latency")
        self.privacy = get("privacy")
        self.takes_no_prompt = self.scope in TAKES_NO_PROMPT
        self.tuned_already = self.scope == "tuned_already"
        self.retrieval_good = self.retrieval == "good"
        self.evals_ready = self.evals == "held_out"
        self.behaviour = self.goals & BEHAVIOUR
        self.cost = "cost_latency" in self.goals
        self.policy = "policy" in self.goals and not self.takes_no_prompt
        self.knowledge = not self.takes_no_prompt and (bool(self.goals & KNOWLEDGE) or self._only_facts_told)

    @property
    def _only_facts_told(self) -> bool:
        """Facts that change daily are the case while nothing is wanted that training or a cheaper model could give.

        Beside such an aim they are no argument: what is to be learned can hold still while they change.
        """
        return self.freshness == "daily" and not self.behaviour and not self.cost

    # what is wanted

    @property
    def needs_behaviour(self) -> bool:
        """Something is wanted that weights could hold: a manner, a decision, a language, a price, a way of reading."""
        return bool(self.behaviour) or self.cost or self.takes_no_prompt or self.reading_gap or self.tuned_before

    @property
    def vague_only(self) -> bool:
        """The only aim told is to be better."""
        return self.goals == {"vague"} and not self.takes_no_prompt and not self.tuned_before

    @property
    def aim_told(self) -> bool:
        """What is wanted was told, or asked for and not known; before that nothing can argue about the prompt."""
        return bool(self.goals) or "goal" in self.declined

    @property
    def policy_only(self) -> bool:
        """Rules are to be obeyed and nothing else is wanted that training could give."""
        return self.policy and not self.needs_behaviour

    @property
    def tuned_before(self) -> bool:
        """A model was already tuned, for a behaviour nobody has named yet; no missing knowledge was named either."""
        return self.tuned_already and self.goals <= {"vague"} and not self.knowledge

    @property
    def never_compared(self) -> bool:
        """A tuned model was never scored beside a plain prompt on a stock model."""
        return self.tuned_already and (self.prompt_untried or self.prompting is None)

    # facts and how they reach the model

    @property
    def facts_carried(self) -> bool:
        """The facts reach the model: by retrieval that was measured, or with each request where none is looked up."""
        arrive = self.freshness == "supplied" and self.retrieval in (None, "none", "not_needed")
        return self.retrieval_good or arrive

    @property
    def facts_stay_outside(self) -> bool:
        """Facts change under a behaviour that does not, and nothing but the behaviour is to be learned."""
        return self.freshness in ("daily", "monthly") and bool(self.behaviour) and not self.knowledge

    @property
    def knowledge_gap(self) -> bool:
        """Facts are needed, and nothing measured brings them to the model yet."""
        return self.knowledge and not self.facts_carried

    @property
    def reading_gap(self) -> bool:
        """The facts reach the model and answers are still not right: it reads them badly.

        An exact lookup is no text to be read, so it stays with tools.
        """
        return self.facts_carried and "knowledge" in self.goals and "lookup" not in self.goals and self.knowledge

    @property
    def rules_over_found_text(self) -> bool:
        """Rules, or values among other facts, are to be given rightly from what measured retrieval finds.

        Quoting, refusing and keeping to the found form is a skill that can be learned, whatever it is called.
        """
        asked = self.policy or {"knowledge", "lookup"} <= self.goals
        return self.retrieval_good and asked and not self.needs_behaviour

    @property
    def combines(self) -> bool:
        """Measured retrieval brings what the answers rest on; a cheaper copy of a working prompt needs none of it."""
        skill = bool(self.behaviour) and self.prompting != "sufficient"
        return self.retrieval_good and not self.takes_no_prompt and (self.knowledge or self.policy or skill)

    # concerns and process

    @property
    def stew(self) -> bool:
        """Two or three of manner, facts and rules in one wish, and one of them has no lever of its own yet.

        Measured retrieval carries the facts, and what is only obeyed stands in what it finds. Where it was measured
        and misses, and no rule is wanted, the search is the one thing to mend.
        """
        if self.retrieval_good:
            return False
        manner = bool(self.goals & MANNER)
        if self.policy:
            return manner or (bool(self.behaviour) and self.knowledge_gap)
        return manner and self.knowledge_gap and self.retrieval != "misses"

    @property
    def people_disagree(self) -> bool:
        """People disagree on the right answer, or their examples do."""
        return self.process == "no_agreement" or self.quality == "disagreeing"

    @property
    def part_without_owner(self) -> bool:
        """Nobody owns one part of a stew; that is the part's own matter, and the others keep their levers."""
        return self.process == "no_owner" and not self.people_disagree and self.stew

    @property
    def process_broken(self) -> bool:
        """No agreed right answer, no owner, contradicting sources, or a rule would do."""
        broken = self.process in BROKEN_PROCESS or self.people_disagree
        return broken and not self.part_without_owner

    # cost and speed

    @property
    def cost_only(self) -> bool:
        """Cost or speed is the aim, and no behaviour is named."""
        return self.cost and not self.behaviour and not self.takes_no_prompt

    @property
    def at_scale(self) -> bool:
        """Volume or speed makes a small model of one's own worth its upkeep."""
        return self._reaches(self.parameters.requests_a_month)

    @property
    def beyond_cheaper_levers(self) -> bool:
        """Volume or speed is so great that caching, batches and a smaller stock model will hardly be enough."""
        return self._reaches(self.parameters.requests_beyond_cheaper_levers)

    def _reaches(self, requests_a_month: float) -> bool:
        return self.latency == "strict" or (self.volume is not None and self.volume >= requests_a_month)

    @property
    def cost_is_real(self) -> bool:
        """Cost or speed is the aim and borne out by the volume or the limit on time.

        Who must answer under a second and is too slow today wants speed, named or not.
        """
        too_slow = self.latency == "strict" and (bool(self.behaviour) or self.takes_no_prompt)
        return (self.cost and self.at_scale) or too_slow

    @property
    def cheaper_levers(self) -> bool:
        """Cost or speed is the aim, and what needs no training has not been used up or may still be enough."""
        proven = self.prompting in ("sufficient", "plateaued")
        return self.cost and not (self.at_scale and proven and (self.ready or not self.cheaper_levers_first))

    @property
    def cheaper_levers_first(self) -> bool:
        """The quality is there, and at this volume the cheaper levers are nearer than training that lacks ground."""
        return (self.cost_only or self.prompt_proven) and not self.beyond_cheaper_levers

    # the task

    @property
    def task_too_fast(self) -> bool:
        """What counts as right changes faster than a model can be retrained with care."""
        return self.task_change == "weekly"

    # the prompt, or the stock model where there is none

    @property
    def prompt_untried(self) -> bool:
        """No prompt worth the name has been tried; for a model that takes none, no stock model."""
        return self.prompting == "none" or (self.prompting == "basic" and not self.takes_no_prompt)

    @property
    def prompt_suffices(self) -> bool:
        """The prompt already gives the quality, and neither cost nor a model already tuned argues for more."""
        return self.prompting == "sufficient" and not self.cost_is_real and not self.tuned_already

    @property
    def prompt_proven(self) -> bool:
        """The prompt gives the quality, and what it costs or how long it takes is a real reason."""
        return self.prompting == "sufficient" and self.cost_is_real

    @property
    def rounds_scored(self) -> bool:
        """Many rounds of rework, and a fixed test set with a baseline shows what they reach.

        Where only cost or speed is the aim, that is not enough: the prompt must give the quality to be kept.
        """
        return self.prompting == "iterated" and self.evals_ready and not self.cost_only

    @property
    def stock_scored(self) -> bool:
        """A stock model's score on a fixed set is the baseline of a model that takes no prompt."""
        return self.takes_no_prompt and self.prompting == "basic" and self.evals_ready

    @property
    def baseline_known(self) -> bool:
        """What can be had without training is measured, and leaves a gap in quality or in cost."""
        return self.prompting == "plateaued" or self.prompt_proven or self.rounds_scored or self.stock_scored

    # evals

    @property
    def live_fits(self) -> bool:
        """Live measures can judge what is wanted: a manner, or a ranking; never facts or safety."""
        ranking = self.scope == "embedder_or_reranker"
        return ranking or ("style" in self.goals and self.goals <= JUDGED_LIVE and not self.takes_no_prompt)

    @property
    def live_carries(self) -> bool:
        """Live measures judge what is wanted, and what can be had without training was scored on them."""
        return self.evals == "live" and self.live_fits and (self.prompting == "plateaued" or self.prompt_proven)

    @property
    def measured(self) -> bool:
        """Something tells a better version from a worse one: a fixed test set, or live measures that carry it."""
        return self.evals_ready or self.live_carries

    # data

    @property
    def examples_needed(self) -> float:
        """How many examples a start needs: fewer for style and format than for decisions."""
        manner_only = bool(self.behaviour) and self.behaviour <= MANNER
        return self.parameters.examples_for_manner if manner_only else self.parameters.examples

    @property
    def too_few_examples(self) -> bool:
        """Examples were counted, and there are fewer than a start needs."""
        return self.count is not None and self.count < self.examples_needed

    @property
    def data_unknown(self) -> bool:
        """Number or shape of the examples is not known."""
        return self.count is None or self.quality is None

    @property
    def data_ready(self) -> bool:
        """There are enough checked examples for a start."""
        return self.quality in FIT_EXAMPLES and self.count is not None and not self.too_few_examples

    @property
    def personal_data(self) -> bool:
        """Personal data sits in the examples, and nobody has cleared it."""
        return self.privacy == "personal_data"

    # all of it

    @property
    def ready(self) -> bool:
        """All four that a yes needs are told and good enough, and no personal data stands in the way.

        What is open or could not be said counts as missing, since the burden of proof lies with training.
        """
        return self.measured and self.baseline_known and self.data_ready and not self.personal_data

    @property
    def readiness_untold(self) -> bool:
        """Nothing was told or declined yet by which readiness could be judged, beyond how far the prompt was taken.

        Good examples count as told like bad ones, so that better data never turns a `not_yet` into an open case.
        """
        told = (self.evals, self.count, self.quality)
        is_gap = any(slot in self.declined for slot in self.parameters.needed_for_yes)
        return not is_gap and all(value is None for value in told)


def _number(value: Value | frozenset[str] | None) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
