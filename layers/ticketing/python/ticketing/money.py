"""Money: an integer of minor units inside, a decimal of major units on the wire, never a float."""

import re
from decimal import Decimal

ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # noqa: SIM905
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
TWO_DECIMAL = frozenset(
    """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf
    chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf
    idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn
    myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp
    sle sos srd std szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd yer zar zmw
    """.split()  # noqa: SIM905 - a list of quoted codes takes a page
)
"""ISO 4217 codes as Stripe charges them: https://docs.stripe.com/currencies.

Without `isk` and `ugx`, whose decimals are not the same to Stripe and to ISO.
"""

MAX_PRICE = Decimal("999999.99")
"""Major units, in every currency."""

NUMERIC = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)


def exponent(currency: str) -> int:
    """How many decimals the currency has. Raises ValueError for one that cannot be charged."""
    if currency in TWO_DECIMAL:
        return 2
    if currency in ZERO_DECIMAL:
        return 0
    if currency in THREE_DECIMAL:
        return 3
    msg = "Currency must be an ISO 4217 code that can be charged"
    raise ValueError(msg)


def check_bounds(price: Decimal) -> None:
    """Raises ValueError for a price in major units that no ticket has."""
    if price <= 0:
        msg = "Price must be greater than 0"
        raise ValueError(msg)
    if price > MAX_PRICE:
        msg = f"Price must be at most {MAX_PRICE}"
        raise ValueError(msg)


def to_amount(price: Decimal, currency: str) -> int:
    """Minor units of a price in major units.

    Raises ValueError for one that is not positive, too high, or finer than the currency's decimals.
    """
    decimals = exponent(currency)
    check_bounds(price)
    minor = price.scaleb(decimals)
    if minor != minor.to_integral_value():
        rule = f"have at most {decimals} decimals" if decimals else "be a whole number"
        msg = f"Price in {currency.upper()} must {rule}"
        raise ValueError(msg)
    return int(minor)


def to_price(amount: int, currency: str) -> int | float:
    """The JSON number of an amount in major units: 2050 usd is 20.5. For output only."""
    decimals = exponent(currency)
    whole, rest = divmod(amount, 10**decimals)
    return amount / float(10**decimals) if rest else whole
