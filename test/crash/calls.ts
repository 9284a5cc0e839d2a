/** What differs between the record types. */
export interface Kind {
  plural: 'suppliers' | 'products' | 'batches';
  entityType: 'SUPPLIER' | 'PRODUCT' | 'BATCH';
  /** As in the names of events and in the change feed, where case does not matter here. */
  type: 'supplier' | 'product' | 'batch';
  row(externalId: string, name: string): Record<string, string>;
}

const SUPPLIERS: Kind = {
  plural: 'suppliers',
  entityType: 'SUPPLIER',
  type: 'supplier',
  row: (externalId, name) => ({ externalId, name, country: 'BR' }),
};

const PRODUCTS: Kind = {
  plural: 'products',
  entityType: 'PRODUCT',
  type: 'product',
  row: (externalId, name) => ({ externalId, name, hsCode: '0901' }),
};

/** The call that every run begins with: batches need a product. */
export const BASE_CALL: Call = {
  key: 'BASE',
  kind: PRODUCTS,
  change: 'created',
  externalIds: ['BASE-0'],
};

const BATCHES: Kind = {
  plural: 'batches',
  entityType: 'BATCH',
  type: 'batch',
  row: (externalId, batchNumber) => ({ externalId, batchNumber, productExternalId: 'BASE-0' }),
};

export const KINDS: readonly Kind[] = [SUPPLIERS, PRODUCTS, BATCHES];

/** A bulk call that either makes new records or renames records that an earlier call of its caller made. */
export interface Call {
  /** Its idempotency key; also the name that it gives to its records, which tells whose write a record shows. */
  key: string;
  kind: Kind;
  change: 'created' | 'updated';
  externalIds: string[];
}

/** The id of a row that is always refused: the sync log keeps row errors, and so says which call it logs. */
export const markerOf = (call: Call): string => `${call.key}-marker`;

export function bodyOf(call: Call): Record<string, unknown> {
  const rows = call.externalIds.map((externalId) => call.kind.row(externalId, call.key));
  return { [call.kind.plural]: [...rows, { externalId: markerOf(call) }] };
}

/**
 * Whether an answer says what the first and only effect of a call says: a second effect would find its records
 * there already, and call them updated.
 */
export function isAnswerOfFirstEffect(call: Call, { created, updated, errors }: BulkResponse): boolean {
  const other = call.change === 'created' ? updated : created;
  const own = call.change === 'created' ? created : updated;
  return own === call.externalIds.length && other === 0 && errors.length === 1;
}

export interface BulkResponse {
  created: number;
  updated: number;
  errors: { externalId: string }[];
}
