"""Posting groups and set-ups, and the chart of accounts."""

from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import (
    CustomerPostingGroup,
    GeneralBusinessPostingGroup,
    GeneralPostingSetup,
    GeneralProductPostingGroup,
    GLAccount,
    InventoryPostingGroup,
    VATBusinessPostingGroup,
    VATPostingSetup,
    VATProductPostingGroup,
)
from saumaton.pages import registry
from saumaton.pages.card import CardPage, Section
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource

GROUP = ("code", "description")
TABLES = (
    (GeneralBusinessPostingGroup, _("Gen. Business Posting Groups"), GROUP),
    (GeneralProductPostingGroup, _("Gen. Product Posting Groups"), GROUP),
    (VATBusinessPostingGroup, _("VAT Business Posting Groups"), GROUP),
    (VATProductPostingGroup, _("VAT Product Posting Groups"), GROUP),
    (CustomerPostingGroup, _("Customer Posting Groups"), (*GROUP, "receivables_account")),
    (InventoryPostingGroup, _("Inventory Posting Groups"), (*GROUP, "inventory_account")),
    (
        GeneralPostingSetup,
        _("General Posting Setup"),
        (
            "business_group", "product_group", "sales_account", "sales_discount_account",
            "cost_account",
        ),
    ),
    (
        VATPostingSetup,
        _("VAT Posting Setup"),
        ("business_group", "product_group", "vat_percent", "sales_vat_account"),
    ),
)  # fmt: skip
ACCOUNTS = OrmSource(GLAccount, search=("number", "name"))
ACCOUNT = (
    "number", "name", "account_type", "income_statement", "direct_posting",
    "general_product_posting_group", "vat_product_posting_group", "blocked",
)  # fmt: skip

for place, (model, caption, columns) in enumerate(TABLES):
    is_group = columns[0] == "code"
    source = (
        OrmSource(model, search=GROUP)
        if is_group
        else OrmSource(
            model, search=("business_group__code", "product_group__code"), code="pk",
            order="business_group__code",
        )
    )  # fmt: skip
    registry.add(
        ListPage(
            name=source.page,
            caption=caption,
            source=source,
            columns=columns,
            group="setup",
            place=60 + place,
        ),
        CardPage(
            name=source.page,
            caption=caption,
            source=source,
            title=columns[:2],
            sections=(Section(_("General"), columns),),
            edit_right="edit setup",
        ),
    )

registry.add(
    ListPage(
        name="gl_account",
        caption=_("Chart of Accounts"),
        source=ACCOUNTS,
        columns=ACCOUNT[:5],
        more=ACCOUNT[5:],
        filters=("account_type", "income_statement", "blocked"),
        group="finance",
        place=30,
    ),
    CardPage(
        name="gl_account",
        caption=_("G/L Account"),
        source=ACCOUNTS,
        sections=(Section(_("General"), ACCOUNT),),
        edit_right="edit setup",
    ),
)
