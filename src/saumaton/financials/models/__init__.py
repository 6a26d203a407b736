"""What the ERP keeps, one file per subject."""

from .change import Change
from .company import CompanyInformation, GeneralLedgerSetup, Location, SalesSetup
from .currency import Currency, ExchangeRate
from .customer import Contact, Customer, CustomerPriceGroup
from .entries import (
    CustomerLedgerEntry,
    DetailedCustomerLedgerEntry,
    GLEntry,
    ItemLedgerEntry,
    VATEntry,
)
from .item import Item, ItemUnit, Resource, ResourceUnit, UnitOfMeasure
from .journal import PaymentJournal, PaymentJournalLine
from .number_series import NumberSeries
from .posted import (
    SalesArchive,
    SalesCreditMemoHeader,
    SalesCreditMemoLine,
    SalesInvoiceHeader,
    SalesInvoiceLine,
    SalesShipmentHeader,
    SalesShipmentLine,
)
from .posting_groups import (
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
from .price import SalesPrice
from .sales import SalesComment, SalesHeader, SalesLine
from .salesperson import Salesperson
from .terms import PaymentTerms, ShipmentMethod, ShippingAgent
from .web_service import WebService

__all__ = [
    "Change",
    "CompanyInformation",
    "Contact",
    "Currency",
    "Customer",
    "CustomerLedgerEntry",
    "CustomerPostingGroup",
    "CustomerPriceGroup",
    "DetailedCustomerLedgerEntry",
    "ExchangeRate",
    "GLAccount",
    "GLEntry",
    "GeneralBusinessPostingGroup",
    "GeneralLedgerSetup",
    "GeneralPostingSetup",
    "GeneralProductPostingGroup",
    "InventoryPostingGroup",
    "Item",
    "ItemLedgerEntry",
    "ItemUnit",
    "Location",
    "NumberSeries",
    "PaymentJournal",
    "PaymentJournalLine",
    "PaymentTerms",
    "Resource",
    "ResourceUnit",
    "SalesArchive",
    "SalesComment",
    "SalesCreditMemoHeader",
    "SalesCreditMemoLine",
    "SalesHeader",
    "SalesInvoiceHeader",
    "SalesInvoiceLine",
    "SalesLine",
    "SalesPrice",
    "SalesSetup",
    "SalesShipmentHeader",
    "SalesShipmentLine",
    "Salesperson",
    "ShipmentMethod",
    "ShippingAgent",
    "UnitOfMeasure",
    "VATBusinessPostingGroup",
    "VATEntry",
    "VATPostingSetup",
    "VATProductPostingGroup",
    "WebService",
]
