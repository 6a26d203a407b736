"""Columns that several tables have alike: addresses, terms, document headers and lines."""

from typing import Any

from ..described import Column, choice, day, decimal, lookup, memo, money, text, whole, yes_no

PAYMENT_TERMS = ((1, "Net 30"), (2, "2% 10, Net 30"), (3, "Net 45"), (4, "Net 60"))
FREIGHT_TERMS = ((1, "FOB"), (2, "No Charge"))
SHIPPING_METHODS = (
    (1, "Airborne"),
    (2, "DHL"),
    (3, "FedEx"),
    (4, "UPS"),
    (5, "Postal Mail"),
    (6, "Full Load"),
    (7, "Will Call"),
)
DEFAULT_VALUE = ((1, "Default Value"),)
TRILLION = 1e12
PRICING_ERRORS = tuple(
    enumerate(
        [
            "None",
            "Detail Error",
            "Missing Price Level",
            "Inactive Price Level",
            "Missing Quantity",
            "Missing Unit Price",
            "Missing Product",
            "Invalid Product",
            "Missing Pricing Code",
            "Invalid Pricing Code",
            "Missing UOM",
            "Product Not In Price Level",
            "Missing Price Level Amount",
            "Missing Price Level Percentage",
            "Missing Price",
            "Missing Current Cost",
            "Missing Standard Cost",
            "Invalid Price Level Amount",
            "Invalid Price Level Percentage",
            "Invalid Price",
            "Invalid Current Cost",
            "Invalid Standard Cost",
            "Invalid Rounding Policy",
            "Invalid Rounding Option",
            "Invalid Rounding Amount",
            "Price Calculation Error",
            "Invalid Discount Type",
            "Discount Type Invalid State",
            "Invalid Discount",
            "Invalid Quantity",
            "Invalid Pricing Precision",
            "Missing Product Default UOM",
            "Missing Product UOM Schedule",
            "Inactive Discount Type",
            "Invalid Price Level Currency",
            "Price Attribute Out Of Range",
            "Base Currency Attribute Overflow",
            "Base Currency Attribute Underflow",
            "Currency not set on price list item",
        ]
    )
)


def currency(**more: Any) -> Column:
    return lookup("transactioncurrencyid", "transactioncurrency", **more)


def rate() -> Column:
    return decimal("exchangerate", 10, 0, 9e8, create=False, update=False)


def address(number: int) -> tuple[Column, ...]:
    part = f"address{number}_"
    return (
        text(f"{part}name", 200),
        text(f"{part}primarycontactname", 100),
        text(f"{part}line1", 250),
        text(f"{part}line2", 250),
        text(f"{part}line3", 250),
        text(f"{part}city", 80),
        text(f"{part}county", 50),
        text(f"{part}stateorprovince", 50),
        text(f"{part}postalcode", 20),
        text(f"{part}country", 80),
        text(f"{part}telephone1", 50),
        text(f"{part}fax", 50),
        choice(f"{part}freighttermscode", FREIGHT_TERMS),
        choice(f"{part}shippingmethodcode", SHIPPING_METHODS),
    )


def communication() -> tuple[Column, ...]:
    return (
        text("emailaddress1", 100),
        text("emailaddress2", 100),
        text("telephone1", 50),
        text("telephone2", 50),
        text("fax", 50),
        text("websiteurl", 200),
        memo("description"),
        choice("paymenttermscode", PAYMENT_TERMS),
        money("creditlimit", 0, 1e14),
        yes_no("creditonhold", False),
        choice("preferredcontactmethodcode", ((1, "Any"), (2, "Email"), (3, "Phone"), (4, "Fax"))),
        yes_no("donotemail", False),
        yes_no("merged", False, create=False, update=False),
    )


def document(table: str, short: str) -> tuple[Column, ...]:
    """The header of a quote, an order or an invoice."""
    return (
        text("name", 300),
        lookup(
            "customerid",
            "account",
            "contact",
            backs=(f"{short}_customer_accounts", f"{short}_customer_contacts"),
        ),
        lookup("accountid", "account", create=False, update=False),
        lookup("contactid", "contact", create=False, update=False),
        currency(update=table == "quote"),
        rate(),
        lookup("pricelevelid", "pricelevel", cascade="restrict"),
        lookup("opportunityid", "opportunity"),
        memo("description"),
        decimal("discountpercentage", 2, 0, 100),
        money("discountamount", 0, TRILLION),
        money("freightamount", 0, TRILLION),
        money("totallineitemamount", create=False),
        money("totallineitemdiscountamount", create=False),
        money("totaldiscountamount", create=False),
        money("totalamountlessfreight", create=False),
        money("totaltax", create=False),
        money("totalamount", create=False),
        choice("pricingerrorcode", PRICING_ERRORS, default=0),
        *_party("billto"),
        *_party("shipto"),
        choice("shipto_freighttermscode", DEFAULT_VALUE),
        yes_no("willcall", False),
        choice("paymenttermscode", PAYMENT_TERMS),
        choice("shippingmethodcode", SHIPPING_METHODS),
    )


def _party(part: str) -> tuple[Column, ...]:
    return (
        text(f"{part}_name", 200),
        text(f"{part}_contactname", 150),
        text(f"{part}_line1", 250),
        text(f"{part}_line2", 250),
        text(f"{part}_line3", 250),
        text(f"{part}_city", 80),
        text(f"{part}_country", 80),
        text(f"{part}_stateorprovince", 50),
        text(f"{part}_postalcode", 20),
        text(f"{part}_telephone", 50),
        text(f"{part}_fax", 50),
    )


def line(table: str, parent: str, parent_back: str) -> tuple[Column, ...]:
    """A line of a quote, an order or an invoice."""
    quantity = 1e11
    return (
        text(f"{table}name", 500, create=False, update=False),
        lookup(f"{parent}id", parent, back=parent_back, required=True, cascade="cascade"),
        lookup("productid", "product", cascade="restrict"),
        yes_no("isproductoverridden", False, update=False),
        text("productdescription", 500),
        choice(
            "producttypecode",
            (
                (1, "Product"),
                (2, "Bundle"),
                (3, "Required Bundle Product"),
                (4, "Optional Bundle Product"),
                (5, "Project-based Service"),
            ),
            default=1,
            update=False,
        ),
        lookup("uomid", "uom", cascade="restrict"),
        decimal("quantity", 5, -quantity, quantity),
        yes_no("ispriceoverridden", False),
        money("priceperunit"),
        money("volumediscountamount", create=False, update=False),
        money("manualdiscountamount", 0, TRILLION),
        money("tax", -TRILLION, TRILLION),
        money("baseamount"),
        money("extendedamount"),
        memo("description"),
        whole("lineitemnumber", 0, 1000000000),
        whole("sequencenumber"),
        lookup("salesrepid", "systemuser"),
        text("shipto_name", 200),
        text("shipto_line1", 250),
        text("shipto_line2", 250),
        text("shipto_line3", 250),
        text("shipto_city", 80),
        text("shipto_country", 80),
        text("shipto_stateorprovince", 50),
        text("shipto_postalcode", 20),
        text("shipto_telephone", 50),
        choice("shipto_freighttermscode", FREIGHT_TERMS),
        yes_no("willcall", False),
        choice("pricingerrorcode", PRICING_ERRORS, default=0),
        choice(
            "propertyconfigurationstatus",
            ((0, "Edit"), (1, "Rectify"), (2, "Not Configured")),
            default=2,
        ),
        currency(create=False, update=False),
        rate(),
    )


def shipped() -> tuple[Column, ...]:
    quantity = 1e11
    return (
        decimal("quantityshipped", 5, -quantity, quantity),
        decimal("quantitybackordered", 5, -quantity, quantity),
        decimal("quantitycancelled", 5, -quantity, quantity),
    )


def delivery() -> Column:
    return day("requestdeliveryby")
