"""Score of sharing among organisations, by the formula in ``models.rules``."""

from collections import Counter

from solver.verify.case import Case
from solver.verify.worth import Earned


def organisation(case: Case) -> Earned:
    """Score the sessions of each organisation that its needs asked for, as far as they earn anything.

    Weights of needs do not matter.
    """
    scale = case.scenario.policy.worth.organisation_sessions
    of_organisation: Counter[str] = Counter()
    for need_id, placed in Counter(session.need.id for session in case.sessions).items():
        need = case.scenario.need_by_id[need_id]
        of_organisation[need.organisation] += min(placed, need.sessions)
    earning = [scale[:num_sessions] for num_sessions in of_organisation.values()]
    return Earned(sum(map(sum, earning)), sum(map(len, earning)))
