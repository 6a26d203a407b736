"""Why a document was not taken, as sentences for the person who must act."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

SENTENCES = {
    "ORD-STATE": gettext_noop("The order is not submitted in the CRM. Submit it first."),
    "ORD-NO-CUSTOMER": gettext_noop("The order names no customer. Choose an account on it."),
    "ORD-NO-ACCOUNT": gettext_noop(
        "The order is made out to something that is not an account. Choose an account on it."
    ),
    "ORD-ACCOUNT-UNCOUPLED": gettext_noop(
        "Account “%(name)s” is not coupled to a customer. Couple it, or synchronise customers."
    ),
    "ERP-CUSTOMER-BLOCKED": gettext_noop(
        "Customer %(number)s is blocked (%(blocked)s). Unblock it on the customer card."
    ),
    "ERP-CUSTOMER-POSTING": gettext_noop(
        "Customer %(number)s has no posting groups. Fill them in on the customer card."
    ),
    "ORD-CURRENCY": gettext_noop(
        "The currency of the order is not coupled. Couple it, or synchronise currencies."
    ),
    "ERP-RATE": gettext_noop(
        "Currency %(code)s has no exchange rate on %(date)s. Add one on the currency card."
    ),
    "LIN-WRITEIN-SETUP": gettext_noop(
        "Line %(line)s (“%(text)s”) has no product. Choose the default write-in product in Sales &"
        " Receivables Setup."
    ),
    "LIN-UNCOUPLED": gettext_noop(
        "The product of line %(line)s (“%(text)s”) is not coupled to an item or resource. Couple"
        " it, or synchronise items and resources."
    ),
    "LIN-ERP-MISSING": gettext_noop(
        "The item or resource of line %(line)s (“%(text)s”) has been deleted in Financials."
    ),
    "LIN-BLOCKED": gettext_noop("%(number)s on line %(line)s is blocked for sale. Unblock it."),
    "LIN-DISCOUNT": gettext_noop(
        "The discount of line %(line)s (“%(text)s”) is larger than its amount. Correct it in the"
        " CRM."
    ),
    "ERP-FREIGHT": gettext_noop(
        "The order has freight, but Sales & Receivables Setup names no Freight G/L Account."
    ),
    "ERP-ROUNDING": gettext_noop(
        "The totals differ by a rounding, but Sales & Receivables Setup names no Freight G/L"
        " Account to post it to."
    ),
    "ERP-TOTAL": gettext_noop(
        "The order would come to %(erp)s in Financials, but is %(crm)s in the CRM. Check discounts"
        " and prices, and submit it again."
    ),
    "ERP-PRICING": gettext_noop(
        "The CRM could not price the order (pricing error %(code)s). Correct its lines."
    ),
    "ERP-REFUSED": gettext_noop("Financials refused the order: %(error)s"),
    "CRM-WRITE": gettext_noop("The CRM could not be told: %(error)s"),
    "INV-CUSTOMER": gettext_noop("The customer of the invoice is not coupled to an account."),
    "INV-REFUSED": gettext_noop("The CRM refused the invoice: %(error)s"),
}

Reason = tuple[str, dict[str, str]]


def reason(code: str, /, **values: object) -> Reason:
    """Return a reason that can be kept and said in any language."""
    if code not in SENTENCES:
        raise KeyError(code)
    return code, {name: str(value) for name, value in values.items()}


def sentence(code: str, values: Mapping[str, str]) -> str:
    return gettext(SENTENCES[code]) % values
