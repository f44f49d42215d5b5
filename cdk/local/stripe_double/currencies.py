"""Which amounts Stripe charges: minor units, within the limits of their currency.

The minimums are those that Stripe documents; other currencies here have none.
"""

from cdk.local.stripe_double.errors import InvalidRequest

_CODES = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn
bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf
gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr
lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen
pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd
top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
_ZERO_DECIMAL = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
CURRENCIES = frozenset(_CODES.split())
ZERO_DECIMAL = frozenset(_ZERO_DECIMAL.split())
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
MINIMUMS = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1_500,
    "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17_500, "inr": 50, "jpy": 50, "mxn": 1_000,
    "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1_000,
}  # fmt: skip
MAXIMUM = 99_999_999


def known_currency(code: str) -> str:
    """The code in lower case; raises InvalidRequest for one that Stripe does not know."""
    if code.lower() not in CURRENCIES:
        msg = f"Invalid currency: {code.lower()}."
        raise InvalidRequest(msg, param="currency")
    return code.lower()


def chargeable(amount: int, currency: str) -> int:
    """The amount, if it can be charged; raises InvalidRequest if not."""
    minimum = MINIMUMS.get(currency, 1)
    if amount < minimum:
        msg = f"Amount must be at least {major(minimum, currency)} {currency}"
        raise InvalidRequest(msg, code="amount_too_small", param="amount")
    if amount > MAXIMUM:
        msg = f"Amount must be no more than {major(MAXIMUM, currency)} {currency}"
        raise InvalidRequest(msg, code="amount_too_large", param="amount")
    if currency in THREE_DECIMAL and amount % 10:
        msg = f"Invalid amount: the last digit must be 0 in {currency}"
        raise InvalidRequest(msg, param="amount")
    return amount


def major(amount: int, currency: str) -> str:
    """The amount in major units, for a message: 1050 usd is 10.50."""
    decimals = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    return f"{amount / 10**decimals:,.{decimals}f}"
