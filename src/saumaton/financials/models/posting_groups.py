"""What decides the accounts and the VAT of a posting."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class GLAccount(fields.Record):
    number = fields.key(_("No."), 20)
    name = fields.text(_("Name"), 100)
    account_type = models.CharField(
        _("Account Type"),
        max_length=20,
        default="posting",
        choices=[("posting", _("Posting")), ("heading", _("Heading")), ("total", _("Total"))],
    )
    income_statement = models.BooleanField(_("Income Statement"), default=True)
    general_product_posting_group = fields.link(
        "GeneralProductPostingGroup", _("Gen. Prod. Posting Group")
    )
    vat_product_posting_group = fields.link("VATProductPostingGroup", _("VAT Prod. Posting Group"))
    direct_posting = models.BooleanField(_("Direct Posting"), default=True)
    blocked = models.BooleanField(_("Blocked"), default=False)

    class Meta:
        verbose_name = _("G/L Account")
        verbose_name_plural = _("G/L Accounts")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class PostingGroup(fields.Record):
    code = fields.key(_("Code"), 20)
    description = fields.text(_("Description"), 100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code


class GeneralBusinessPostingGroup(PostingGroup):
    pass


class GeneralProductPostingGroup(PostingGroup):
    pass


class VATBusinessPostingGroup(PostingGroup):
    pass


class VATProductPostingGroup(PostingGroup):
    pass


class InventoryPostingGroup(PostingGroup):
    inventory_account = fields.link("GLAccount", _("Inventory Account"))


class CustomerPostingGroup(PostingGroup):
    receivables_account = fields.link("GLAccount", _("Receivables Account"))


class GeneralPostingSetup(fields.Record):
    """The accounts for one kind of customer buying one kind of product."""

    business_group = fields.must("GeneralBusinessPostingGroup", _("Gen. Bus. Posting Group"))
    product_group = fields.must("GeneralProductPostingGroup", _("Gen. Prod. Posting Group"))
    sales_account = fields.link("GLAccount", _("Sales Account"))
    sales_discount_account = fields.link("GLAccount", _("Sales Line Disc. Account"))
    cost_account = fields.link("GLAccount", _("COGS Account"))

    class Meta:
        verbose_name = _("General Posting Setup")
        constraints = [
            models.UniqueConstraint(
                fields=["business_group", "product_group"], name="general_posting_setup_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_group} {self.product_group}"


class VATPostingSetup(fields.Record):
    """The VAT for one kind of customer buying one kind of product."""

    business_group = fields.must("VATBusinessPostingGroup", _("VAT Bus. Posting Group"))
    product_group = fields.must("VATProductPostingGroup", _("VAT Prod. Posting Group"))
    vat_percent = fields.percent(_("VAT %"))
    sales_vat_account = fields.link("GLAccount", _("Sales VAT Account"))

    class Meta:
        verbose_name = _("VAT Posting Setup")
        constraints = [
            models.UniqueConstraint(
                fields=["business_group", "product_group"], name="vat_posting_setup_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_group} {self.product_group}"
