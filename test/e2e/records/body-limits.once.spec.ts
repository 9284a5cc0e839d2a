import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { supplier } from '../../support/app/factories.js';
import { givenRecords, KINDS, type RecordKind, type Records } from '../../support/records/records.js';

const MEGABYTE = 1024 * 1024;

let app: TestApp;
let records: Records;
beforeAll(async () => {
  app = await startApp();
  records = await givenRecords(app, KINDS[0] as RecordKind);
});
afterAll(() => app.close());

/** A stream has no Content-Length, so that only counting what arrives can tell its size. */
async function postStream(path: string, method: string, bytes: number): Promise<Answer> {
  const chunk = new Uint8Array(64 * 1024).fill(0x20);
  let left = bytes;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(chunk.subarray(0, Math.min(left, chunk.length)));
      left -= chunk.length;
    },
  });
  const response = await fetch(`${app.url}/api/v1/integration${path}`, {
    method,
    headers: { authorization: `Bearer ${records.client.token}`, 'content-type': 'application/json' },
    body,
    duplex: 'half',
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe.each(KINDS)('bodies for $plural', (kind) => {
  it('of 11 MB are a 413', async () => {
    const answer = await records.client.post(`/${kind.plural}`, ' '.repeat(11 * MEGABYTE));
    expectError(answer, 413, 'PAYLOAD_TOO_LARGE');
  });

  it('larger than any valid record are a 413 on PUT', async () => {
    const answer = await records.client.put(`/${kind.plural}/X`, ' '.repeat(500 * 1024));
    expectError(answer, 413, 'PAYLOAD_TOO_LARGE');
  });

  it('just under 64 kB are read on PUT', async () => {
    const name = { [kind.nameField]: 'x'.repeat(63 * 1024) };
    expectError(await records.client.put(`/${kind.plural}/X`, name), 400, 'VALIDATION_ERROR', /255/);
  });
});

describe('bodies without a Content-Length', () => {
  it('are a 413 once 10 MB of a bulk call have come', async () => {
    expectError(await postStream('/suppliers', 'POST', 11 * MEGABYTE), 413, 'PAYLOAD_TOO_LARGE');
  });

  it('are a 413 once more than a single record needs has come', async () => {
    expectError(await postStream('/suppliers/X', 'PUT', MEGABYTE), 413, 'PAYLOAD_TOO_LARGE');
  });
});

it('takes a bulk call of nearly 10 MB and keeps all of it', async () => {
  const certifications = Array.from({ length: 100 }, (_, index) => `${index} ${'🫘'.repeat(245)}`);
  const rows = Array.from({ length: 100 }, (_, index) =>
    supplier({ externalId: `BIG-${index}`, certifications }),
  );
  const { status, body } = await records.post(rows);
  expect([status, body.created]).toEqual([200, 100]);
  expect((await records.get('BIG-99')).body.certifications).toEqual(certifications);
});

it('still answers after all of these', async () => {
  expect((await records.list('?limit=1')).status).toBe(200);
});
