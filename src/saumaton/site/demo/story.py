"""Lead to cash, step by step, over HTTP alone: what a company's people and programs would do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from rich.console import Console

from saumaton.site.demo import orders
from saumaton.site.demo.orders import Entered
from saumaton.site.demo.stage import Stage
from saumaton.site.demo.steps import bars, follow
from saumaton.site.demo.web import Web, WentWrong, crm_as, financials_as

TOKEN_PATH = "/saumaton/oauth2/v2.0/token"


@dataclass
class Story:
    """The demo's actors, signed in where they work, and the orders they have entered."""

    stage: Stage
    console: Console
    entered: list[Entered] = field(default_factory=list)
    invoiced: str = ""

    def __post_init__(self) -> None:
        url = self.stage.installation.financials_url
        people = self.stage.people
        administrator = people.with_permission("administrator")
        processor = people.with_permission("order processor")
        self.integration = financials_as(
            f"{url}/api/integration/v1/", administrator.name, administrator.key
        )
        company = f"{url}/api/v2.0/companies({self.stage.company_id})/"
        self.processor = financials_as(company, processor.name, processor.key)

    @property
    def token_url(self) -> str:
        return self.stage.installation.crm_url + TOKEN_PATH

    def seller(self) -> Web:
        user = self.stage.people.sellers[0]
        return crm_as(
            self.stage.installation.crm_url,
            self.token_url,
            self.stage.installation.certificates.authority,
            {"grant_type": "password", "username": user.name, "password": user.password},
        )

    # --- the steps, in order; each returns the sentence for the table ---

    def connect(self) -> str:
        installation, application = self.stage.installation, self.stage.people.integration
        self.integration.post(
            "setup",
            {
                "crm_url": installation.crm_url,
                "token_url": self.token_url,
                "client_id": application.client_id,
                "client_secret": application.client_secret,
                "ca_file": str(installation.certificates.authority),
                "order_user": self.stage.people.with_permission("order processor").name,
            },
        )
        return f"Financials is connected to {installation.crm_url} and tested"

    def synchronise(self) -> str:
        run = self._full_synchronisation()
        status = self.integration.get("status")
        if status["pending"]:
            raise WentWrong(f"{status['pending']} records could not be synchronised: {_held(run)}")
        coupled = {name: count for name, count in status["couplings"].items() if count}
        counts = ", ".join(f"{count} {name}" for name, count in coupled.items())
        return f"{sum(coupled.values())} records coupled: {counts}"

    def synchronise_again(self) -> str:
        run = self._full_synchronisation()
        if run["writes_erp"] or run["writes_crm"]:
            raise WentWrong(
                f"The second run wrote {run['writes_erp']} records in the ERP "
                f"and {run['writes_crm']} in the CRM; it should have found nothing to do."
            )
        return "Zero writes in the ERP, zero writes in the CRM"

    def _full_synchronisation(self) -> dict:
        run = self.integration.post("full-synchronization")
        return follow(self.integration, run["id"], self.console)

    def enter_order(self) -> str:
        self.entered = [orders.enter_one(self.seller(), self.stage.country)]
        order = self.entered[0]
        who = self._seller_name()
        return f"Order {order.number} entered and submitted by {who}: {order.total:,.2f}"

    def enter_orders(self, directory: Path) -> str:
        """Enter every order of the files in the CRM and submit them."""
        from saumaton.financials.imports.orders import read_orders

        read = read_orders(directory)
        keys = _Keys.read(self.integration)
        seller = self.seller()
        ids: list[UUID] = []
        with bars(self.console) as progress:
            task = progress.add_task("orders entered", total=len(read))
            entering = orders.enter_many(seller, read, keys.customers, keys.items, keys.salespeople)
            for chunk in entering:
                ids += chunk
                progress.advance(task, len(chunk))
        self.entered = orders.submitted(seller, ids)
        lines = sum(len(order.lines) for order in read)
        total = sum((order.total for order in self.entered), Decimal(0))
        return f"{len(ids)} orders with {lines} lines entered and submitted: {total:,.2f}"

    def convert(self) -> str:
        run = self.integration.post("orders/conversion")
        follow(self.integration, run["id"], self.console)
        made = self._erp_orders()
        unequal = [o for o in made if Decimal(o["crm_total"]) != Decimal(o["erp_total"])]
        if len(made) != len(self.entered):
            raise WentWrong(f"{len(made)} of {len(self.entered)} orders were converted.")
        if unequal:
            raise WentWrong(f"Totals differ: {unequal[:3]}")
        if len(made) == 1:
            return f"CRM order {made[0]['crm_number']} is ERP order {made[0]['erp_number']}"
        total = sum((Decimal(order["erp_total"]) for order in made), Decimal(0))
        return f"{len(made)} ERP orders, every total equal to the cent: {total:,.2f}"

    def _erp_orders(self) -> list[dict]:
        entered = {str(order.id) for order in self.entered}
        orders = _pages(lambda skip: self.integration.get(f"orders?skip={skip}"))
        return [order for order in orders if order["crm_id"] in entered and order["erp_id"]]

    def ship_and_invoice(self) -> str:
        order = self._erp_orders()[0]
        self.processor.post(f"salesOrders({order['erp_id']})/Microsoft.NAV.shipAndInvoice")
        invoices = self.processor.get(
            f"salesInvoices?$filter=orderNumber eq '{order['erp_number']}'"
        )["value"]
        if len(invoices) != 1:
            raise WentWrong(f"Order {order['erp_number']} has {len(invoices)} posted invoices.")
        self.invoiced = invoices[0]["number"]
        return (
            f"Order {order['erp_number']} shipped and invoiced: {self.invoiced}, "
            f"{invoices[0]['totalAmountIncludingTax']:,.2f} with VAT"
        )

    def bring_invoice_back(self) -> str:
        run = self.integration.post("invoices/synchronization")
        follow(self.integration, run["id"], self.console)
        crm = self.seller()
        found = crm.get(
            f"invoices?$filter=invoicenumber eq '{self.invoiced}'"
            "&$expand=salesorderid($select=ordernumber,statecode)"
        )["value"]
        if len(found) != 1:
            raise WentWrong(f"The CRM shows {len(found)} invoices numbered {self.invoiced}.")
        order = found[0]["salesorderid"]
        return f"The seller sees invoice {self.invoiced} of order {order['ordernumber']} in the CRM"

    def _seller_name(self) -> str:
        user = self.stage.people.sellers[0]
        return f"{user.first_name} {user.last_name}"


def _pages(ask: Callable[[int], list[dict]]) -> Iterator[dict]:
    """Yield the rows of all pages; `ask` returns those after so many."""
    skip = 0
    while page := ask(skip):
        yield from page
        skip += len(page)


def _held(run: dict) -> str:
    short = [line for line in run["mappings"] if line["held"] or line["refused"]]
    return ", ".join(
        f"{line['name']}: {line['held']} held, {line['refused']} refused" for line in short
    )


@dataclass(frozen=True)
class _Keys:
    """From the business keys of the ERP to the ids of their coupled records in the CRM."""

    customers: dict[str, UUID]
    items: dict[str, UUID]
    salespeople: dict[str, UUID]

    @classmethod
    def read(cls, integration: Web) -> "_Keys":
        from saumaton.financials.models import Customer, Item, Salesperson

        def keys(mapping: str, rows: Sequence[tuple[str, UUID]]) -> dict[str, UUID]:
            coupled = {
                UUID(pair["erp_id"]): UUID(pair["crm_id"])
                for pair in _pages(
                    lambda skip: integration.get(f"couplings?mapping={mapping}&skip={skip}")[
                        "pairs"
                    ]
                )
            }
            return {key: coupled[id] for key, id in rows if id in coupled}

        return cls(
            keys("CUSTOMER", list(Customer.objects.values_list("number", "id"))),
            keys("ITEM-PRODUCT", list(Item.objects.values_list("number", "id"))),
            keys("SALESPEOPLE", list(Salesperson.objects.values_list("code", "id"))),
        )
