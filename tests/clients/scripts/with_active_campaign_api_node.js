// Calls of active-campaign-api-node, with modules of its own; prints what it read as JSON.

'use strict';

const ActiveCampaign = require('active-campaign-api-node');
// The package has this class, but its main object does not lead to it.
const ContactTag = require('active-campaign-api-node/src/api/contacts/tag');

/** What a call was answered; this client rejects what is not 2xx. */
async function told(call) {
  try {
    const { status, data } = await call;
    return { status, data };
  } catch (error) {
    if (!error.response) throw error;
    return { status: error.response.status, data: error.response.data };
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Who the key belongs to, and the groups of users. */
async function account(api) {
  return {
    me: await told(api.users.user.retrieveLoggedIn()),
    groups: await told(api.users.group.listAll({ limit: 100 })),
  };
}

/** Create, refuse a second one, update in both ways, read, list, delete. */
async function contacts(api) {
  const calls = api.contacts.contact;
  const mary = { email: 'mary@example.org', firstName: 'Mary', lastName: 'Fairfax', phone: '+44 131 496 0001' };
  const created = await told(calls.create({ contact: mary }));
  const { id } = created.data.contact;
  const spare = (await calls.create({ contact: { email: 'spare@example.org' } })).data.contact.id;
  return {
    created,
    again: await told(calls.create({ contact: mary })),
    synced: await told(calls.createOrUpdate({ contact: { email: 'mary@example.org', lastName: 'Somerville' } })),
    synced_new: await told(calls.createOrUpdate({ contact: { email: 'new@example.org', firstName: 'New' } })),
    updated: await told(calls.update(id, { contact: { phone: '+44 131 496 0002' } })),
    read: await told(calls.retrieve(id)),
    found: await told(calls.listAll({ email: 'mary@example.org' })),
    page: await told(calls.listAll({ limit: 1, 'orders[id]': 'ASC', id_greater: id })),
    deleted: await told(calls.delete(spare)),
    gone: await told(calls.retrieve(spare)),
  };
}

/** Create a list, let a group see it, subscribe two and unsubscribe one, delete a list. */
async function lists(api) {
  const calls = api.lists.list;
  const about = { sender_url: 'https://example.org', sender_reminder: 'You asked for it.', send_last_broadcast: 0 };
  const created = await told(calls.create({ list: { name: 'Autumn', stringid: 'autumn', ...about } }));
  const { id } = created.data.list;
  const spare = (await calls.create({ list: { name: 'Spare', stringid: 'spare', ...about } })).data.list.id;
  const reader = (await api.contacts.contact.create({ contact: { email: 'reader@example.org' } })).data.contact.id;
  const leaver = (await api.contacts.contact.create({ contact: { email: 'leaver@example.org' } })).data.contact.id;
  const set = (contact, status) =>
    told(api.contacts.contact.updateListStatus({ contactList: { list: id, contact, status } }));
  return {
    created,
    permitted: await told(calls.CreateListGroupPermission({ listGroup: { listid: id, groupid: 3 } })),
    subscribed: await set(reader, 1),
    joined: await set(leaver, 1),
    left: await set(leaver, 2),
    read: await told(calls.retrieve(id)),
    all: await told(calls.listAll({ limit: 100 })),
    members: await told(api.contacts.contact.listAll({ listid: id, status: 1 })),
    deleted: await told(calls.delete(spare)),
    gone: await told(calls.retrieve(spare)),
  };
}

/** Create a tag, twice; put it on somebody, twice; take another off, twice; rename and delete that. */
async function tags(api) {
  const calls = api.tags.tag;
  const onContacts = new ContactTag({ baseApiUrl: api.baseApiUrl, baseHeaders: api.baseHeaders });
  const created = await told(calls.create({ tag: { tag: 'spring', tagType: 'contact', description: 'Offers' } }));
  const { id } = created.data.tag;
  const spare = (await calls.create({ tag: { tag: 'spare', tagType: 'contact', description: '' } })).data.tag.id;
  const contact = (await api.contacts.contact.create({ contact: { email: 'tagged@example.org' } })).data.contact.id;
  const put = await told(onContacts.addTagToContact({ contactTag: { contact, tag: id } }));
  const other = (await onContacts.addTagToContact({ contactTag: { contact, tag: spare } })).data.contactTag.id;
  return {
    created,
    again: await told(calls.create({ tag: { tag: 'spring', tagType: 'contact', description: '' } })),
    found: await told(calls.listAll({ search: 'spring' })),
    put,
    put_again: await told(onContacts.addTagToContact({ contactTag: { contact, tag: id } })),
    removed: await told(onContacts.removeTagFromContact(other)),
    removed_again: await told(onContacts.removeTagFromContact(other)),
    tagged: await told(api.contacts.contact.listAll({ tagid: id })),
    renamed: await told(calls.update(spare, { tag: { tag: 'spare, renamed', tagType: 'contact' } })),
    read: await told(calls.retrieve(spare)),
    deleted: await told(calls.delete(spare)),
    gone: await told(calls.retrieve(spare)),
  };
}

/** Create fields with options and a relation, change and delete one. */
async function fields(api) {
  const calls = api.contacts.customField;
  const created = await told(calls.create({ field: { title: 'Shoe size', type: 'number' } }));
  const { id } = created.data.field;
  const choice = (await calls.create({ field: { title: 'Colour', type: 'dropdown' } })).data.field.id;
  const spare = (await calls.create({ field: { title: 'Spare', type: 'text' } })).data.field.id;
  const fieldOptions = ['Red', 'Green'].map((text, n) => ({
    field: choice, label: text, value: text.toLowerCase(), orderid: n + 1, isdefault: false,
  }));
  return {
    created,
    again: await told(calls.create({ field: { title: 'Shoe size', type: 'text' } })),
    related: await told(calls.createRelationshipToList({ fieldRel: { field: id, relid: '0' } })),
    options: await told(calls.createOptions({ fieldOptions })),
    // A mistake of this client's: it asks for /api/3/<id>, without "fields".
    read: await told(calls.retrieve(id)),
    changed: await told(calls.update(spare, { field: { title: 'Spare, renamed' } })),
    deleted: await told(calls.delete(spare)),
    all: await told(calls.listAll({ limit: 100 })),
  };
}

/** Write values of fields in the three ways there are, read them, and take one away. */
async function values(api) {
  const calls = api.contacts.customFieldsValue;
  const rows = (await api.contacts.customField.listAll({ limit: 100 })).data.fields;
  const known = Object.fromEntries(rows.map((row) => [row.perstag, row.id]));
  const contact = (await api.contacts.contact.create({ contact: { email: 'valued@example.org' } })).data.contact.id;
  const entry = (perstag, value) => ({ fieldValue: { contact, field: known[perstag], value }, useDefaults: false });
  const created = await told(calls.createCustomFieldValue(entry('CITY', 'Turin')));
  const { id } = created.data.fieldValue;
  const birthday = (await calls.createCustomFieldValue(entry('BIRTHDAY', '1780-12-26'))).data.fieldValue.id;
  const fieldValues = [{ field: known.TIER, value: 'Gold' }];
  return {
    created,
    again: await told(calls.createCustomFieldValue(entry('CITY', 'Milan'))),
    put: await told(calls.updateCustomFieldValueForContact(id, entry('CITY', 'London'))),
    read: await told(calls.retrieveCustomFieldValue(id)),
    synced: await told(api.contacts.contact.createOrUpdate({ contact: { email: 'valued@example.org', fieldValues } })),
    deleted: await told(calls.deleteCustomFieldValue(birthday)),
    all: await told(calls.listAllCustomFieldValues({ 'filters[fieldid]': known.CITY })),
    known,
  };
}

/** Import in bulk, and look until all are there: this client cannot ask what became of a batch. */
async function bulk(api) {
  const calls = api.contacts.contact;
  const people = [0, 1, 2].map((n) => ({
    email: `bulk-${n}@example.org`, first_name: `Bulk ${n}`, tags: ['bulk'], subscribe: [{ listid: 3 }],
    fields: [{ id: 2, value: `City ${n}` }],
  }));
  const queued = await told(calls.bulkImport({ contacts: people, exclude_automations: true }));
  let found;
  for (let turn = 0; turn < 500; turn += 1) {
    found = await told(calls.listAll({ search: 'bulk-' }));
    if (found.data.contacts.length === people.length) break;
    await pause(10);
  }
  return { queued, found, refused: await told(calls.bulkImport({ contacts: [{ first_name: 'Nobody' }] })) };
}

async function main() {
  const api = new ActiveCampaign({
    apiUrl: process.env.ACTIVECAMPAIGN_URL,
    apiKey: process.env.ACTIVECAMPAIGN_API_KEY,
  });
  const read = {};
  for (const scenario of [account, contacts, lists, tags, fields, values, bulk]) {
    try {
      read[scenario.name] = await scenario(api);
    } catch (error) {
      const answer = error.response ? `${error.response.status} ${JSON.stringify(error.response.data)}` : '';
      read[scenario.name] = { raised: `${error.stack}\n${error.config ? `${error.config.method} ${error.config.url}` : ''} ${answer}` };
    }
  }
  process.stdout.write(JSON.stringify(read));
}

main();
