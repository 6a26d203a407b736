"""What people call the two tables of each mapping."""

from django.utils.translation import gettext_lazy as _

TABLES = {
    "SALESPEOPLE": (_("Salespeople"), _("CRM users")),
    "CURRENCY": (_("Currencies"), _("Transaction currencies")),
    "UNIT OF MEASURE": (_("Units of measure"), _("Unit groups")),
    "BASE UNIT": (_("Units of measure"), _("Units")),
    "CUSTOMER": (_("Customers"), _("Accounts")),
    "CONTACT": (_("Contacts"), _("CRM contacts")),
    "ITEM-PRODUCT": (_("Items"), _("Products")),
    "RESOURCE-PRODUCT": (_("Resources"), _("Products")),
    "DEFAULT PRICE LIST": (_("Company"), _("Default price list")),
    "ITEM UNIT PRICE": (_("Unit prices of items"), _("Default price list items")),
    "RESOURCE UNIT PRICE": (_("Unit prices of resources"), _("Default price list items")),
    "CUSTPRCGRP-PRICE": (_("Customer price groups"), _("Price lists")),
    "SALESPRC-PRODPRICE": (_("Sales prices"), _("Price list items")),
}
PAGES = {  # the list and card in Financials that show the mapping's records
    "SALESPEOPLE": "salesperson",
    "CURRENCY": "currency",
    "UNIT OF MEASURE": "unit_of_measure",
    "CUSTOMER": "customer",
    "CONTACT": "contact",
    "ITEM-PRODUCT": "item",
    "RESOURCE-PRODUCT": "resource",
    "CUSTPRCGRP-PRICE": "customer_price_group",
    "SALESPRC-PRODPRICE": "sales_price",
}
TO_BOTH, TO_CRM, TO_ERP = _("Both ways"), _("To the CRM"), _("From the CRM")
SUITE = "suite"
INTEGRATE = "integrate"
