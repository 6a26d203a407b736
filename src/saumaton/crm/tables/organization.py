"""The organisation: one row with the switches that change how the CRM behaves."""

from ..described import Table, choice, lookup, text, whole, yes_no

TABLE = Table(
    name="organization",
    set_name="organizations",
    primary_name="name",
    code=1019,
    plural="Organizations",
    columns=(
        text("name", 160, required=True),
        yes_no("issopintegrationenabled", False),
        yes_no("oobpricecalculationenabled", True),
        choice("discountcalculationmethod", ((0, "Line item"), (1, "Per unit")), default=0),
        yes_no("enablepricingoncreate", True),
        yes_no("createproductswithoutparentinactivestate", True),
        yes_no("useinbuiltrulefordefaultpricelistselection", True),
        lookup("basecurrencyid", "transactioncurrency", update=False),
        whole("basecurrencyprecision", 0, 4, default=2),
        whole("currencydecimalprecision", 0, 10, default=2),
        whole("maxproductsinbundle", 0, 100, default=15),
        text("orderprefix", 20, default="ORD"),
        text("invoiceprefix", 20, default="INV"),
        text("quoteprefix", 20, default="QUO"),
    ),
)
