"""The sums of an order: approved facts only, set here and nowhere else."""

from decimal import Decimal

from orders.enums import Outcome, Stage
from orders.models import Attempt, Order


def count_in(order: Order, attempt: Attempt, difference: Decimal) -> None:
    """The order's sum becomes what the attempt stands for; of stages that come back, it grows by the difference.

    Called at the approval and at each correction; the caller saves the order.
    """
    match attempt.stage:
        case Stage.AGREEMENT if attempt.outcome == Outcome.ACCEPTED:
            order.contract_sum = attempt.counts
        case Stage.AGREEMENT:
            order.fee = attempt.counts
        case Stage.PREPAYMENT:
            order.prepaid = attempt.counts
        case Stage.WORKSHOP:
            order.workshop_sum += difference
        case Stage.EXPENSES:
            order.expenses_sum += difference
        case Stage.REPORT:
            order.full_sum = attempt.counts
