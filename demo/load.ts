import type { ErpExport } from './lots.js';

/** How the API took the records of one type. */
export interface Tally {
  type: keyof ErpExport;
  created: number;
  updated: number;
  refused: Refusal[];
  ddsCreated: number;
}

interface Refusal {
  externalId: string;
  error: string;
}

/** What a bulk call answers, as far as the demo reads it. */
interface BulkResponse {
  created: number;
  updated: number;
  errors: Refusal[];
  ddsCreated?: object[];
}

const MAX_ROWS = 500;

/** Pushes an ERP's export through the public API as the ERP would, in the order in which records refer to each other. */
export async function load(
  api: string,
  token: string,
  { suppliers, products, batches }: ErpExport,
): Promise<Tally[]> {
  const post = (type: keyof ErpExport, body: object): Promise<BulkResponse> =>
    call(`${api}/${type}`, token, body);
  return [
    await loadType('suppliers', suppliers, (rows) => post('suppliers', { suppliers: rows })),
    await loadType('products', products, (rows) => post('products', { products: rows })),
    await loadType('batches', batches, (rows) => post('batches', { batches: rows, autoCreateDDS: true })),
  ];
}

async function loadType<Row>(
  type: keyof ErpExport,
  rows: Row[],
  send: (rows: Row[]) => Promise<BulkResponse>,
): Promise<Tally> {
  const tally: Tally = { type, created: 0, updated: 0, refused: [], ddsCreated: 0 };
  for (let start = 0; start < rows.length; start += MAX_ROWS) {
    const answer = await send(rows.slice(start, start + MAX_ROWS));
    tally.created += answer.created;
    tally.updated += answer.updated;
    tally.refused.push(...answer.errors);
    tally.ddsCreated += answer.ddsCreated?.length ?? 0;
  }
  return tally;
}

/** @throws with the API's own words where it does not answer 200. */
async function call(url: string, token: string, body: object): Promise<BulkResponse> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 200)
    throw new Error(`POST ${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as BulkResponse;
}
