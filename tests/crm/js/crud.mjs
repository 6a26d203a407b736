// Runs the scenarios of an unmodified dynamics-web-api against a CRM: one JSON line for each.
// Environment: CRM_URL, CRM_TOKEN, and SAUMATON_NODE_MODULES when the package lies elsewhere.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { dirname } from "node:path";

const installed = process.env.SAUMATON_NODE_MODULES;
const from = installed ? `${dirname(installed)}/package.json` : import.meta.url;
const { DynamicsWebApi } = createRequire(from)("dynamics-web-api");

const serverUrl = `${process.env.CRM_URL}/`;
const onTokenRefresh = async () => process.env.CRM_TOKEN;
const crm = new DynamicsWebApi({ serverUrl, onTokenRefresh, dataApi: { version: "9.2" } });
const mark = () => randomUUID().slice(0, 8);
const make = (name, more = {}) => crm.create({ collection: "accounts", data: { name, ...more } });
const read = (key, ...select) => crm.retrieve({ collection: "accounts", key, select });
const named = (prefix) => ({ collection: "accounts", filter: `startswith(name,'${prefix}')` });

async function seven() {
  const prefix = mark();
  for (let n = 0; n < 7; n++) await make(`${prefix} ${n}`, { address1_city: n % 2 ? "Oulu" : "Turku" });
  return prefix;
}

const fetchAccounts = (prefix) => `<fetch count="3"><entity name="account"><attribute name="name"/>
  <order attribute="name"/><filter>
  <condition attribute="name" operator="begins-with" value="${prefix}"/></filter></entity></fetch>`;

const scenarios = {
  async create() {
    assert.match(await make("Åsa & Söner"), /^[0-9a-f-]{36}$/);
    const request = { collection: "accounts", data: { name: "Whole" }, returnRepresentation: true };
    assert.equal((await crm.create(request)).name, "Whole");
  },
  async retrieve() {
    const id = await make("Åsa & Söner", { telephone1: "1" });
    const row = await read(id, "name", "telephone1");
    assert.deepEqual([row.name, row.telephone1, row.accountid], ["Åsa & Söner", "1", id]);
    const missing = await read(randomUUID(), "name").catch((error) => error);
    assert.equal(missing.status, 404);
    assert.equal(missing.code, "0x80040217");
  },
  async update() {
    const key = await make("Before");
    await crm.update({ collection: "accounts", key, data: { name: "After" } });
    assert.equal((await read(key, "name")).name, "After");
    const fieldValuePair = { name: "Single" };
    await crm.updateSingleProperty({ collection: "accounts", key, fieldValuePair });
    assert.equal((await read(key, "name")).name, "Single");
  },
  async upsert() {
    const key = `accountnumber='${mark()}'`;
    await crm.upsert({ collection: "accounts", key, data: { name: "New" } });
    const first = await read(key, "name");
    await crm.upsert({ collection: "accounts", key, data: { name: "Changed" } });
    const second = await read(key, "name");
    assert.deepEqual([first.name, second.name], ["New", "Changed"]);
    assert.equal(first.accountid, second.accountid);
    const kept = { collection: "accounts", key, data: { name: "Refused" }, ifnonematch: "*" };
    assert.equal(await crm.upsert(kept), null);
    assert.equal((await read(key, "name")).name, "Changed");
  },
  async delete() {
    const key = await make("Short-lived");
    await crm.deleteRecord({ collection: "accounts", key });
    assert.equal((await read(key, "name").catch((error) => error)).status, 404);
  },
  async query() {
    const prefix = await seven();
    const filter = `${named(prefix).filter} and address1_city eq 'oulu'`;
    const asked = { collection: "accounts", select: ["name"], orderBy: ["name desc"], count: true };
    const found = await crm.retrieveMultiple({ ...asked, filter, top: 2 });
    assert.deepEqual(found.value.map((row) => row.name), [`${prefix} 5`, `${prefix} 3`]);
    assert.equal(found.oDataCount, 3);
    assert.equal(await crm.count(named(prefix)), 7);
  },
  async expand() {
    const contact = { firstname: "Ada", lastname: "Seller" };
    const key = await make("With a contact", { primarycontactid: contact });
    const expand = [{ property: "primarycontactid", select: ["lastname"] }];
    const row = await crm.retrieve({ collection: "accounts", key, select: ["name"], expand });
    assert.equal(row.primarycontactid.lastname, "Seller");
  },
  async paging() {
    const prefix = await seven();
    const request = { ...named(prefix), select: ["name"], orderBy: ["address1_city"], maxPageSize: 3 };
    const sizes = [];
    const names = new Set();
    let page = await crm.retrieveMultiple(request);
    while (page) {
      sizes.push(page.value.length);
      page.value.forEach((row) => names.add(row.name));
      const next = page.oDataNextLink;
      page = next && (await crm.retrieveMultiple(request, next));
    }
    assert.deepEqual(sizes, [3, 3, 1]);
    assert.equal(names.size, 7);
    assert.equal((await crm.retrieveAll(request)).value.length, 7);
  },
  async long_address() {
    const prefix = await seven();
    const others = Array.from({ length: 60 }, () => `accountid eq ${randomUUID()}`).join(" or ");
    const filter = `${named(prefix).filter} or ${others}`;
    const found = await crm.retrieveMultiple({ collection: "accounts", select: ["name"], filter });
    assert.equal(found.value.length, 7);
  },
  async fetch() {
    const fetchXml = fetchAccounts(await seven());
    const first = await crm.fetch({ collection: "accounts", fetchXml, includeAnnotations: "*" });
    assert.equal(first.value.length, 3);
    const { cookie, nextPage } = first.PagingInfo;
    const more = { pageNumber: nextPage, pagingCookie: cookie, includeAnnotations: "*" };
    const second = await crm.fetch({ collection: "accounts", fetchXml, ...more });
    assert.equal(second.value.length, 3);
    const all = await crm.fetchAll({ collection: "accounts", fetchXml, includeAnnotations: "*" });
    assert.equal(new Set(all.value.map((row) => row.name)).size, 7);
  },
  async batch() {
    const prefix = mark();
    crm.startBatch();
    crm.create({ collection: "contacts", data: { lastname: prefix }, contentId: "1" });
    const data = { name: prefix, "primarycontactid@odata.bind": "$1" };
    crm.create({ collection: "accounts", data });
    crm.retrieveMultiple({ ...named(prefix), select: ["_primarycontactid_value"], inChangeSet: false });
    const [contact, account, found] = await crm.executeBatch();
    assert.equal(found.value[0].accountid, account);
    assert.equal(found.value[0]._primarycontactid_value, contact);
  },
  async change_set_is_undone() {
    const prefix = mark();
    crm.startBatch();
    crm.create({ collection: "accounts", data: { name: prefix } });
    crm.create({ collection: "accounts", data: { nosuchcolumn: 1 } });
    const refused = await crm.executeBatch().then(() => null, (errors) => errors);
    assert.ok(refused);
    assert.equal(await crm.count(named(prefix)), 0);
  },
  async associate() {
    const primaryKey = await make("One side");
    const relatedKey = await crm.create({ collection: "contacts", data: { lastname: "Many side" } });
    const many = { collection: "accounts", primaryKey, relatedKey };
    const members = () =>
      crm.retrieve({ collection: "accounts", key: primaryKey, navigationProperty: "contact_customer_accounts" });
    await crm.associate({ ...many, relationshipName: "contact_customer_accounts", relatedCollection: "contacts" });
    assert.equal((await members()).value.length, 1);
    await crm.disassociate({ ...many, relationshipName: "contact_customer_accounts" });
    assert.equal((await members()).value.length, 0);
    const single = { collection: "accounts", primaryKey, navigationProperty: "primarycontactid" };
    await crm.associateSingleValued({ ...single, relatedCollection: "contacts", relatedKey });
    assert.equal((await read(primaryKey, "_primarycontactid_value"))._primarycontactid_value, relatedKey);
    await crm.disassociateSingleValued(single);
    assert.equal((await read(primaryKey, "_primarycontactid_value"))._primarycontactid_value, null);
  },
  async create_multiple() {
    const prefix = mark();
    const row = (n) => ({ "@odata.type": "Microsoft.Dynamics.CRM.account", name: `${prefix} ${n}` });
    const actionName = "Microsoft.Dynamics.CRM.CreateMultiple";
    const action = { Targets: [row(1), row(2), row(3)] };
    const made = await crm.callAction({ collection: "accounts", actionName, action });
    assert.equal(made.Ids.length, 3);
    assert.equal(await crm.count(named(prefix)), 3);
  },
  async call_function() {
    const who = await crm.callFunction("WhoAmI");
    assert.match(who.UserId, /^[0-9a-f-]{36}$/);
  },
  async concurrency() {
    const key = await make("First");
    const stale = (await read(key, "name"))["@odata.etag"];
    const change = { collection: "accounts", key, data: { name: "Second" }, ifmatch: stale };
    assert.equal(await crm.update(change), true);
    assert.equal(await crm.update({ ...change, data: { name: "Third" } }), false);
    assert.equal(await crm.deleteRecord({ collection: "accounts", key, ifmatch: stale }), false);
    assert.equal((await read(key, "name")).name, "Second");
  },
  async changes() {
    const gone = await make("Gone");
    const request = { collection: "accounts", select: ["name"], trackChanges: true };
    let first = await crm.retrieveMultiple(request);
    while (first.oDataNextLink) first = await crm.retrieveMultiple(request, first.oDataNextLink);
    const made = await make("Made since");
    await crm.deleteRecord({ collection: "accounts", key: gone });
    const delta = await crm.retrieveMultiple(request, first.oDataDeltaLink);
    assert.deepEqual(delta.value.map((row) => row.accountid ?? row.id), [made, gone]);
    assert.equal(delta.value[1].reason, "deleted");
    assert.deepEqual((await crm.retrieveMultiple(request, delta.oDataDeltaLink)).value, []);
  },
  async metadata() {
    const tables = await crm.retrieveEntities({ select: ["LogicalName"], filter: "LogicalName eq 'account'" });
    assert.deepEqual(tables.value.map((table) => table.LogicalName), ["account"]);
    const entityKey = tables.value[0].MetadataId;
    assert.equal((await crm.retrieveEntity({ key: entityKey })).EntitySetName, "accounts");
    const columns = await crm.retrieveAttributes({ entityKey, select: ["LogicalName"] });
    assert.ok(columns.value.some((column) => column.LogicalName === "accountnumber"));
    assert.match(await crm.retrieveCsdlMetadata(), /EntityType Name="account"/);
  },
  async table_names() {
    const byName = crm.initializeInstance({ serverUrl, onTokenRefresh, useEntityNames: true, dataApi: { version: "9.2" } });
    const key = await byName.create({ collection: "account", data: { name: "By table" } });
    assert.equal((await byName.retrieve({ collection: "account", key, select: ["name"] })).name, "By table");
  },
};

for (const [scenario, run] of Object.entries(scenarios)) {
  const outcome = await run().then(() => "ok", (error) => `${error?.stack ?? JSON.stringify(error)}`);
  console.log(JSON.stringify({ scenario, outcome }));
}
