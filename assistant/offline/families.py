"""The families of readings: how a value was read, and whether that has earned to set a value or only to propose it.

Owns the families, and the table of `knowledge/reader/families.yaml` that holds what each may do, with the figures that
rests on. Must not know how anything is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import KnowledgeError
from assistant.offline.candidates import Candidate

FILE = "reader/families.yaml"


class Family(StrEnum):
    """How a value was read. What is told was not asked for; what is beside stands next to an answer."""

    EXACT = "exact"
    DECLINED = "declined"
    ANSWERED_SUM = "answered_sum"
    ANSWERED_GUESS = "answered_guess"
    ANSWERED_PHRASE = "answered_phrase"
    CONCORDANT = "concordant"
    LIKENESS = "likeness"
    TOLD_PHRASE = "told_phrase"
    TOLD_NUMBER = "told_number"
    TOLD_HINT = "told_hint"
    TOLD_LIKENESS = "told_likeness"
    BESIDE = "beside"
    BESIDE_HINT = "beside_hint"


class May(StrEnum):
    """What a family has earned."""

    SET = "set"
    PROPOSE = "propose"
    NOTHING = "nothing"


Earned = Mapping[Family, May]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    family: Family
    means: str = Field(min_length=1)
    may: May
    right: int = Field(ge=0)
    read: int = Field(ge=0)
    measured: date


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    families: list[_Entry]


def load_earned(path: Path) -> Earned:
    """Load what each family may do.

    Raises:
        KnowledgeError: the file or its shape is wrong, or a family is missing or stands there twice; says which.
    """
    try:
        parsed = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise KnowledgeError(f"{path.name}: {error}. Mend the file.") from error
    given = [entry.family for entry in parsed.families]
    for family in Family:
        if given.count(family) != 1:
            raise KnowledgeError(f"{path.name}: the family {family.value!r} must stand there once.")
    return {entry.family: entry.may for entry in parsed.families}


def as_earned(values: Iterable[Candidate], earned: Earned) -> tuple[Candidate, ...]:
    """Return readings as sure as their families have earned; those of a family that may do nothing fall out.

    Not knowing gives no value, and needs to earn nothing.
    """
    weighed = []
    for value in values:
        may = earned[Family(value.family)]
        if value.value is None:
            weighed.append(value)
        elif may is not May.NOTHING:
            weighed.append(replace(value, sure=may is May.SET))
    return tuple(weighed)
