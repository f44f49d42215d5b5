"""Failures on demand."""

from cdk.local.stripe_double.faults import Fault, Faults, Kind


def test_a_fault_meets_the_next_calls_of_its_operation() -> None:
    faults = Faults()
    faults.arm(Fault("refunds.create", Kind.ERROR), times=2)
    assert faults.take("payment_intents.create") is None
    assert faults.take("refunds.create") is Kind.ERROR
    assert faults.take("refunds.create") is Kind.ERROR
    assert faults.take("refunds.create") is None


def test_a_fault_for_any_operation_meets_the_next_call() -> None:
    faults = Faults()
    faults.arm(Fault("*", Kind.HANG))
    assert len(faults.armed) == 1
    assert faults.take("charges.list") is Kind.HANG
    assert len(faults.armed) == 0


def test_faults_are_met_in_the_order_they_were_armed() -> None:
    faults = Faults()
    faults.arm(Fault("refunds.create", Kind.ERROR))
    faults.arm(Fault("*", Kind.HANG))
    assert [faults.take("refunds.create") for _ in range(3)] == [Kind.ERROR, Kind.HANG, None]
