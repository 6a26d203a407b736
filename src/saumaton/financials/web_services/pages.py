"""Pages as entity sets: the same records as in API v2.0, by their numbers and under their names."""

from decimal import Decimal

from django.db.models import Q

from saumaton.financials import models
from saumaton.financials.api.entities import customers, fields, invoices, items, orders
from saumaton.financials.api.entities.document_shapes import line_object_number
from saumaton.financials.api.entities.numbering import numbered
from saumaton.financials.api.entity import Entity, Navigation, Property
from saumaton.financials.api.kinds import Boolean, Day, Guid, Integer, Number, Option, Text
from saumaton.financials.api.writing import create_record, delete_record, update_record
from saumaton.financials.web_services import availability
from saumaton.users.permissions import Right

NUMBER = fields.code("No", "number", 20)
SHOWN_NUMBER = fields.shown("No", "number", Text(20, code=True))
NOT_NEGATIVE = Number(Decimal(0))
PERSON = Option({"company": "Company", "person": "Person"})
LINE_TYPES = Option({"": " ", "gl_account": "G/L Account", "item": "Item", "resource": "Resource"})
DOCUMENT_TYPES = Option(
    {"quote": "Quote", "order": "Order", "invoice": "Invoice", "credit_memo": "Credit Memo"}
)
ENTRY_DOCUMENTS = Option(
    {
        "": " ",
        "payment": "Payment",
        "invoice": "Invoice",
        "credit_memo": "Credit Memo",
        "shipment": "Sales Shipment",
        "refund": "Refund",
    }
)

ADDRESS = (
    fields.text("Address", "address", 100),
    fields.text("Address_2", "address_2", 50),
    fields.text("City", "city", 30),
    fields.text("County", "county", 30),
    fields.code("Post_Code", "post_code", 20),
    fields.code("Country_Region_Code", "country", 10),
    fields.text("Phone_No", "phone", 30),
    fields.text("E_Mail", "email", 80),
    fields.text("Home_Page", "home_page", 80),
)


def _group(name: str, field: str, model: type[models.posting_groups.PostingGroup]) -> Property:
    return fields.coded(name, field, model)


CUSTOMER = Entity(
    "Customer",
    "Customer",
    models.Customer,
    (
        NUMBER,
        fields.text("Name", "name", 100, required=True),
        fields.text("Name_2", "name_2", 50),
        *ADDRESS,
        fields.text("MobilePhoneNo", "mobile_phone", 30),
        fields.text("ContactName", "contact_name", 100),
        fields.coded("Salesperson_Code", "salesperson", models.Salesperson),
        fields.coded("Currency_Code", "currency", models.Currency, length=10),
        fields.coded("Payment_Terms_Code", "payment_terms", models.PaymentTerms, length=10),
        fields.coded("Shipment_Method_Code", "shipment_method", models.ShipmentMethod, length=10),
        fields.coded("Shipping_Agent_Code", "shipping_agent", models.ShippingAgent, length=10),
        fields.coded(
            "Customer_Price_Group", "customer_price_group", models.CustomerPriceGroup, length=10
        ),
        _group("Customer_Posting_Group", "customer_posting_group", models.CustomerPostingGroup),
        _group(
            "Gen_Bus_Posting_Group",
            "general_business_posting_group",
            models.GeneralBusinessPostingGroup,
        ),
        _group(
            "VAT_Bus_Posting_Group", "vat_business_posting_group", models.VATBusinessPostingGroup
        ),
        fields.plain("Credit_Limit_LCY", NOT_NEGATIVE, "credit_limit"),
        fields.plain(
            "Blocked",
            Option({"": " ", "ship": "Ship", "invoice": "Invoice", "all": "All"}),
            "blocked",
        ),
        fields.computed("Balance_LCY", Number(), customers.balance),
        fields.computed("Balance_Due_LCY", Number(), customers.overdue),
    ),
    keys=("No",),
    create=numbered("customer_numbers"),
    update=update_record,
    delete=delete_record,
)
ITEM = Entity(
    "Item",
    "Item",
    models.Item,
    (
        NUMBER,
        fields.text("Description", "description", 100),
        fields.plain(
            "Type",
            Option(
                {"inventory": "Inventory", "service": "Service", "non_inventory": "Non-Inventory"}
            ),
            "type",
        ),
        fields.coded("Base_Unit_of_Measure", "base_unit", models.UnitOfMeasure, length=10),
        fields.coded("Sales_Unit_of_Measure", "sales_unit", models.UnitOfMeasure, length=10),
        fields.plain("Unit_Price", NOT_NEGATIVE, "unit_price"),
        fields.plain("Unit_Cost", NOT_NEGATIVE, "unit_cost"),
        fields.computed("Inventory", Number(), items.stock),
        fields.code("Item_Category_Code", "category", 20),
        fields.code("Vendor_No", "vendor_number", 20),
        _group(
            "Gen_Prod_Posting_Group",
            "general_product_posting_group",
            models.GeneralProductPostingGroup,
        ),
        _group("Inventory_Posting_Group", "inventory_posting_group", models.InventoryPostingGroup),
        _group(
            "VAT_Prod_Posting_Group", "vat_product_posting_group", models.VATProductPostingGroup
        ),
        fields.plain("Blocked", Boolean(), "blocked"),
        fields.plain("Sales_Blocked", Boolean(), "sales_blocked"),
    ),
    keys=("No",),
    create=items.create_item,
    update=update_record,
    delete=delete_record,
)
CONTACT = Entity(
    "Contact",
    "Contact",
    models.Contact,
    (
        NUMBER,
        fields.text("Name", "name", 100, required=True),
        fields.plain("Type", PERSON, "type"),
        fields.coded("Company_No", "company", models.Contact, "number"),
        fields.shown("Company_Name", "company__name", Text(100)),
        fields.coded("Salesperson_Code", "salesperson", models.Salesperson),
        fields.text("Mobile_Phone_No", "mobile_phone", 30),
        *ADDRESS,
    ),
    keys=("No",),
    create=numbered("contact_numbers"),
    update=update_record,
    delete=delete_record,
)
RESOURCE = Entity(
    "Resource",
    "Resource",
    models.Resource,
    (
        NUMBER,
        fields.text("Name", "name", 100),
        fields.plain("Type", Option({"person": "Person", "machine": "Machine"}), "type"),
        fields.coded("Base_Unit_of_Measure", "base_unit", models.UnitOfMeasure, length=10),
        fields.plain("Direct_Unit_Cost", NOT_NEGATIVE, "direct_unit_cost"),
        fields.plain("Unit_Cost", NOT_NEGATIVE, "unit_cost"),
        fields.plain("Unit_Price", NOT_NEGATIVE, "unit_price"),
        _group(
            "Gen_Prod_Posting_Group",
            "general_product_posting_group",
            models.GeneralProductPostingGroup,
        ),
        _group(
            "VAT_Prod_Posting_Group", "vat_product_posting_group", models.VATProductPostingGroup
        ),
        fields.plain("Blocked", Boolean(), "blocked"),
    ),
    keys=("No",),
    create=numbered("resource_numbers"),
    update=update_record,
    delete=delete_record,
)
SHIPPING_AGENTS = Entity(
    "ShippingAgents",
    "ShippingAgents",
    models.ShippingAgent,
    (
        fields.code("Code", "code", 10, required=True),
        fields.text("Name", "name", 50),
        fields.text("Internet_Address", "internet_address", 250),
        fields.text("Account_No", "account_number", 30),
    ),
    order="code",
    keys=("Code",),
    create=create_record,
    update=update_record,
    delete=delete_record,
    right=Right.EDIT_SETUP,
)
SALESPEOPLE = Entity(
    "SalespeoplePurchasers",
    "SalespeoplePurchasers",
    models.Salesperson,
    (
        fields.code("Code", "code", 20, required=True),
        fields.text("Name", "name", 50),
        fields.text("E_Mail", "email", 80),
        fields.text("Phone_No", "phone", 30),
        fields.plain("Commission_Percent", Number(Decimal(0), Decimal(100)), "commission_percent"),
    ),
    order="code",
    keys=("Code",),
    create=create_record,
    update=update_record,
    delete=delete_record,
)
EXCHANGE_RATES = Entity(
    "CurrencyExchangeRates",
    "CurrencyExchangeRates",
    models.ExchangeRate,
    (
        fields.coded("Currency_Code", "currency", models.Currency, length=10),
        fields.day("Starting_Date", "starting_date"),
        fields.plain("Exchange_Rate_Amount", NOT_NEGATIVE, "exchange_rate_amount"),
        fields.plain("Relational_Exch_Rate_Amount", NOT_NEGATIVE, "relational_exch_rate_amount"),
    ),
    order="starting_date",
    keys=("Currency_Code", "Starting_Date"),
    create=create_record,
    update=update_record,
    delete=delete_record,
    right=Right.EDIT_SETUP,
)


def _posted_header(*more: Property) -> tuple[Property, ...]:
    return (
        SHOWN_NUMBER,
        fields.shown("Sell_to_Customer_No", "customer__number", Text(20, code=True)),
        fields.shown("Sell_to_Customer_Name", "sell_to_name", Text(100)),
        fields.shown("Posting_Date", "posting_date", Day()),
        fields.shown("Shipment_Date", "shipment_date", Day()),
        fields.shown("External_Document_No", "external_document_number", Text(35)),
        *more,
    )


SALES_ORDER = Entity(
    "SalesOrder",
    "SalesOrder",
    models.SalesHeader,
    (
        fields.shown("Document_Type", "document_type", DOCUMENT_TYPES),
        SHOWN_NUMBER,
        fields.coded("Sell_to_Customer_No", "customer", models.Customer, "number"),
        fields.shown("Sell_to_Customer_Name", "sell_to_name", Text(100)),
        fields.text("External_Document_No", "external_document_number", 35),
        fields.text("Your_Reference", "your_reference", 35),
        fields.day("Order_Date", "order_date"),
        fields.day("Document_Date", "document_date"),
        fields.day("Posting_Date", "posting_date"),
        fields.day("Requested_Delivery_Date", "requested_delivery_date"),
        fields.day("Due_Date", "due_date"),
        fields.coded("Salesperson_Code", "salesperson", models.Salesperson),
        fields.shown("Status", "status", Option({"open": "Open", "released": "Released"})),
        fields.coded("Currency_Code", "currency", models.Currency, length=10),
        fields.coded("Payment_Terms_Code", "payment_terms", models.PaymentTerms, length=10),
        fields.coded("Shipment_Method_Code", "shipment_method", models.ShipmentMethod, length=10),
        fields.coded("Shipping_Agent_Code", "shipping_agent", models.ShippingAgent, length=10),
        fields.text("Ship_to_Name", "ship_to_name", 100),
        fields.text("Ship_to_Address", "ship_to_address", 100),
        fields.text("Ship_to_City", "ship_to_city", 30),
        fields.code("Ship_to_Post_Code", "ship_to_post_code", 20),
        fields.shown("Bill_to_Name", "bill_to_name", Text(100)),
        fields.shown("Amount", "amount"),
        fields.shown("Amount_Including_VAT", "amount_including_vat"),
    ),
    {"SalesOrderSalesLines": Navigation("SalesOrderSalesLines", of="header_id")},
    only=Q(document_type="order"),
    keys=("Document_Type", "No"),
    create=orders.ORDERS.create,
    update=orders.ORDERS.update,
    delete=orders.ORDERS.delete,
    actions=orders.ORDERS.actions,
    right=Right.EDIT_SALES,
)
SALES_ORDER_LINES = Entity(
    "SalesOrderSalesLines",
    "SalesOrderSalesLines",
    models.SalesLine,
    (
        fields.shown("Document_Type", "header__document_type", DOCUMENT_TYPES),
        fields.shown("Document_No", "header__number", Text(20, code=True)),
        Property("Header_Id", Guid(), "header_id", writable=True),
        Property("Line_No", Integer(), "line_number", writable=True),
        Property("Type", LINE_TYPES, "type", writable=True),
        Property(
            "No",
            Text(20, code=True),
            line_object_number(),
            writable=True,
            sets="object_number",
        ),
        fields.text("Description", "description", 100),
        fields.quantity("Quantity", "quantity"),
        fields.coded("Unit_of_Measure_Code", "unit", models.UnitOfMeasure, length=10),
        fields.quantity("Unit_Price", "unit_price"),
        fields.plain(
            "Line_Discount_Percent", Number(Decimal(0), Decimal(100)), "line_discount_percent"
        ),
        fields.plain("Line_Discount_Amount", NOT_NEGATIVE, "line_discount_amount"),
        fields.shown("Line_Amount", "line_amount"),
        fields.quantity("Qty_to_Ship", "quantity_to_ship"),
        fields.shown("Quantity_Shipped", "quantity_shipped"),
        fields.quantity("Qty_to_Invoice", "quantity_to_invoice"),
        fields.shown("Quantity_Invoiced", "quantity_invoiced"),
        fields.day("Shipment_Date", "shipment_date"),
    ),
    only=Q(header__document_type="order"),
    order="line_number",
    keys=("Document_Type", "Document_No", "Line_No"),
    create=orders.ORDER_LINES.create,
    update=orders.ORDER_LINES.update,
    delete=orders.ORDER_LINES.delete,
    right=Right.EDIT_SALES,
)
POSTED_INVOICES = Entity(
    "PostedSalesInvoices",
    "PostedSalesInvoices",
    models.SalesInvoiceHeader,
    _posted_header(
        fields.shown("Due_Date", "due_date", Day()),
        fields.shown("Order_No", "order_number", Text(20, code=True)),
        fields.shown("Currency_Code", "currency__code", Text(10, code=True)),
        fields.shown("Amount", "amount"),
        fields.shown("Amount_Including_VAT", "amount_including_vat"),
        fields.computed("Remaining_Amount", Number(), invoices.remaining),
        fields.shown("Cancelled", "cancelled", Boolean()),
    ),
    keys=("No",),
)
POSTED_SHIPMENTS = Entity(
    "PostedSalesShipments",
    "PostedSalesShipments",
    models.SalesShipmentHeader,
    _posted_header(
        fields.shown("Shipping_Agent_Code", "shipping_agent__code", Text(10, code=True))
    ),
    keys=("No",),
)


def _entry(*more: Property) -> tuple[Property, ...]:
    return (
        fields.shown("Entry_No", "entry_number", Integer()),
        fields.shown("Posting_Date", "posting_date", Day()),
        fields.shown("Document_Type", "document_type", ENTRY_DOCUMENTS),
        fields.shown("Document_No", "document_number", Text(20, code=True)),
        fields.shown("Description", "description", Text(100)),
        *more,
    )


CUSTOMER_LEDGER_ENTRIES = Entity(
    "CustomerLedgerEntries",
    "CustomerLedgerEntries",
    models.CustomerLedgerEntry,
    _entry(
        fields.shown("Customer_No", "customer__number", Text(20, code=True)),
        fields.shown("Currency_Code", "currency__code", Text(10, code=True)),
        fields.computed("Remaining_Amount", Number(), invoices.entry_remaining),
        fields.shown("Due_Date", "due_date", Day()),
        fields.shown("Open", "open", Boolean()),
    ),
    order="entry_number",
    keys=("Entry_No",),
)
ITEM_LEDGER_ENTRIES = Entity(
    "ItemLedgerEntries",
    "ItemLedgerEntries",
    models.ItemLedgerEntry,
    _entry(
        fields.shown("Item_No", "item__number", Text(20, code=True)),
        fields.shown(
            "Entry_Type",
            "entry_type",
            Option(
                {
                    "purchase": "Purchase",
                    "sale": "Sale",
                    "positive_adjmt": "Positive Adjmt.",
                    "negative_adjmt": "Negative Adjmt.",
                }
            ),
        ),
        fields.shown("Location_Code", "location__code", Text(10, code=True)),
        fields.shown("Quantity", "quantity"),
    ),
    order="entry_number",
    keys=("Entry_No",),
)
COMPANY = Entity(
    "Company",
    "Company",
    models.CompanyInformation,
    (
        fields.shown("Name", "name", Text(30)),
        fields.shown("Id", "pk", Guid()),
    ),
    order="name",
    keys=("Name",),
)
SERVICES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        CUSTOMER,
        ITEM,
        CONTACT,
        RESOURCE,
        SHIPPING_AGENTS,
        SALESPEOPLE,
        EXCHANGE_RATES,
        SALES_ORDER,
        SALES_ORDER_LINES,
        POSTED_INVOICES,
        POSTED_SHIPMENTS,
        CUSTOMER_LEDGER_ENTRIES,
        ITEM_LEDGER_ENTRIES,
        availability.ENTITY,
    )
}
