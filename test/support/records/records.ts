import type { TestApp } from '../app/app.js';
import type { Answer, Client } from '../http/client.js';
import { batch, type Erp, type ErpOptions, givenErp, product, type Row, supplier } from '../app/factories.js';
import { until } from '../processes/processes.js';

type Headers = Record<string, string>;

/** The differences between the record types, for tests that hold for all three. */
export interface RecordKind {
  entityType: 'SUPPLIER' | 'PRODUCT' | 'BATCH';
  label: string;
  plural: 'suppliers' | 'products' | 'batches';
  /** The required field that lists show as `name`. */
  nameField: 'name' | 'batchNumber';
  /** Required fields besides `externalId`. */
  required: string[];
  row(more?: Row): Row;
  /** A value for every optional field. */
  optional: Row;
  /** Another valid value for one optional field. */
  change: Row;
}

const SUPPLIERS: RecordKind = {
  entityType: 'SUPPLIER',
  label: 'Supplier',
  plural: 'suppliers',
  nameField: 'name',
  required: ['name'],
  row: (more) => supplier(more),
  optional: {
    code: '100234',
    country: 'ET',
    address: 'Yirgacheffe\nGedeo Zone',
    contactPerson: 'Ana Ribeiro',
    email: 'ana@santaines.example',
    phone: '+55 35 5550 1234',
    certifications: ['Rainforest Alliance', 'Organic'],
    isEuOrigin: true,
  },
  change: { address: 'Carmo de Minas' },
};

const PRODUCTS: RecordKind = {
  entityType: 'PRODUCT',
  label: 'Product',
  plural: 'products',
  nameField: 'name',
  required: ['name'],
  row: (more) => product(more),
  optional: {
    category: 'Green coffee',
    country: 'BR',
    hsCode: '090111',
    unit: 'kg',
    code: 'ARA-BOU-W',
    supplierExternalId: 'BASE-SUP',
    price: 4.85,
    stock: 1200,
  },
  change: { stock: 1199.5 },
};

const BATCHES: RecordKind = {
  entityType: 'BATCH',
  label: 'Batch',
  plural: 'batches',
  nameField: 'batchNumber',
  required: ['productExternalId', 'batchNumber'],
  row: (more) => batch('BASE-ITEM', more),
  optional: {
    quantity: 19200.25,
    unit: 'kg',
    receivedDate: '2026-03-31',
    expiryDate: '2027-03-31',
    supplierExternalId: 'BASE-SUP',
  },
  change: { quantity: 7 },
};

export const KINDS = [SUPPLIERS, PRODUCTS, BATCHES];

/** One record type of one integration, over HTTP. */
export class Records {
  constructor(
    readonly client: Client,
    readonly kind: RecordKind,
  ) {}

  post(rows: unknown[], more: Row = {}): Promise<Answer> {
    return this.client.post(`/${this.kind.plural}`, { [this.kind.plural]: rows, ...more });
  }

  list(query = ''): Promise<Answer> {
    return this.client.get(`/${this.kind.plural}${query}`);
  }

  get(externalId: string, headers?: Headers): Promise<Answer> {
    return this.client.get(this.path(externalId), headers);
  }

  put(externalId: string, body: unknown, headers?: Headers): Promise<Answer> {
    return this.client.put(this.path(externalId), body, headers);
  }

  delete(externalId: string, headers?: Headers): Promise<Answer> {
    return this.client.delete(this.path(externalId), headers);
  }

  /** Returns a valid row with the given name or batch number. */
  named(name: string, more: Row = {}): Row {
    return this.kind.row({ [this.kind.nameField]: name, ...more });
  }

  /** Returns a valid body of a PUT, whose id is in the path. */
  body(more: Row = {}): Row {
    const { externalId: _, ...body } = this.kind.row(more);
    return body;
  }

  private path(externalId: string): string {
    return `/${this.kind.plural}/${encodeURIComponent(externalId)}`;
  }
}

/** Creates an integration with the records that rows of this kind refer to, and none of this kind. */
export async function givenRecords(app: TestApp, kind: RecordKind, options?: ErpOptions): Promise<Records> {
  const { client } = await givenErp(app, options);
  await givenReferences(client, kind);
  return new Records(client, kind);
}

export async function givenReferences(client: Client, kind: RecordKind): Promise<void> {
  if (kind !== SUPPLIERS) await new Records(client, SUPPLIERS).post([supplier({ externalId: 'BASE-SUP' })]);
  if (kind === BATCHES) await new Records(client, PRODUCTS).post([product({ externalId: 'BASE-ITEM' })]);
}

/**
 * Creates an integration with the records that batches refer to.
 * @returns its three record types
 */
export async function givenAllRecords(app: TestApp, options?: ErpOptions): Promise<AllRecords> {
  const erp = await givenErp(app, options);
  await givenReferences(erp.client, BATCHES);
  return recordsOf(erp);
}

export interface AllRecords {
  erp: Erp;
  suppliers: Records;
  products: Records;
  batches: Records;
}

export function recordsOf(erp: Erp): AllRecords {
  const [suppliers, products, batches] = KINDS.map((kind) => new Records(erp.client, kind)) as [
    Records,
    Records,
    Records,
  ];
  return { erp, suppliers, products, batches };
}

/** Returns a time after everything acknowledged so far, as text. */
export async function nextInstant(): Promise<string> {
  const passed = Date.now();
  await until(() => Promise.resolve(Date.now() > passed));
  return new Date().toISOString();
}

/** Follows `nextCursor` to the end. `between` runs after each page but the last. */
export async function walk(
  records: Records,
  query = '?limit=50',
  between?: (page: number) => Promise<unknown>,
): Promise<Row[]> {
  const seen: Row[] = [];
  for (let page = 1, cursor = ''; ; page += 1) {
    const { body } = await records.list(query + cursor);
    seen.push(...(body.entities as Row[]));
    if (body.nextCursor === null) return seen;
    await between?.(page);
    cursor = `&cursor=${encodeURIComponent(body.nextCursor as string)}`;
  }
}
