import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier, suppliers } from '../../support/app/factories.js';
import { codeBlocksOf, runIn, start, unpack } from '../../support/processes/guide.js';
import type { Received } from '../../support/webhooks/receiver.js';
import { findProgram } from '../../support/databases/server-engine.js';
import {
  catalogueOf,
  checkAndCloseEndpoints,
  compileSchema,
  expectedSignatures,
  expectValid,
} from '../../support/webhooks/webhook-checks.js';
import {
  type Delivery,
  type Endpoint,
  eventOf,
  givenEndpoint,
  startHookApp,
  type WebhookEvent,
} from '../../support/webhooks/webhooks.js';

const blocks = codeBlocksOf('docs/webhooks.md');
const EXAMPLE_URL = 'https://erp.example/hooks';
const STALE_SECONDS = 600;

let app: TestApp;
let erp: Erp;
let endpoint: Endpoint;
let folder: string;
beforeAll(async () => {
  app = await startHookApp();
  folder = unpack(blocks);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await app.close();
});
beforeEach(async () => {
  erp = await givenErp(app);
  endpoint = await givenEndpoint(erp, 'supplier.created');
});
afterEach(checkAndCloseEndpoints);

async function realDelivery(): Promise<Received> {
  await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'Ünï☕' })] });
  const [request] = await endpoint.receiver.next();
  return request as Received;
}

/** The same delivery as the platform would have signed it long ago. */
function stale(request: Received): Received {
  const time = String(Number(request.headers['webhook-timestamp']) - STALE_SECONDS);
  const old: Received = { ...request, headers: { ...request.headers, 'webhook-timestamp': time } };
  old.headers['webhook-signature'] = expectedSignatures(old, endpoint.secret).standard;
  return old;
}

const runNode = (file: string): [string, string[]] => [
  process.execPath,
  [
    '--input-type=module',
    '--eval',
    `import { readFileSync } from 'node:fs';
     import { verify } from './${file}';
     const { secret, headers, body } = JSON.parse(readFileSync(0, 'utf8'));
     console.log(JSON.stringify(verify(secret, headers, Buffer.from(body))));`,
  ],
];
const python = findProgram('python3');
const runPython: [string, string[]] = [
  python ?? '',
  [
    '-c',
    `import json, sys
from verify import verify
given = json.load(sys.stdin)
print(json.dumps(verify(given["secret"], given["headers"], given["body"].encode())))`,
  ],
];
const php = findProgram('php');
const runPhp: [string, string[]] = [
  php ?? '',
  [
    '-r',
    `require 'verify.php';
$given = json_decode(file_get_contents('php://stdin'), true);
try {
    echo json_encode(verify($given['secret'], $given['headers'], $given['body']));
} catch (UnexpectedValueException) {
    exit(1);
}`,
  ],
];

describe.each([
  ['the library', it, runNode('verify-with-library.mjs')],
  ['node:crypto', it, runNode('verify.mjs')],
  ['Python', python === undefined ? it.skip : it, runPython],
  ['PHP', php === undefined ? it.skip : it, runPhp],
])('the example that verifies with %s', (_, itRuns, [program, args]) => {
  const verify = (request: Pick<Received, 'headers' | 'body'>, secret = endpoint.secret) =>
    runIn(folder, program, args, JSON.stringify({ secret, headers: request.headers, body: request.body }));

  itRuns('gives back the event of a real delivery', async () => {
    const request = await realDelivery();
    const { code, stdout, stderr } = await verify(request);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(eventOf(request));
  });

  itRuns('accepts the old secret and the new one while both sign', async () => {
    await endpoint.rotate();
    const request = await realDelivery();
    const codes = await Promise.all(
      endpoint.secrets.map(async (secret) => (await verify(request, secret)).code),
    );
    expect(codes).toEqual([0, 0]);
  });

  itRuns('refuses another body, another id, another secret and an old time', async () => {
    const request = await realDelivery();
    const wrong = await Promise.all([
      verify({ ...request, body: request.body.replace('created', 'deleted') }),
      verify({ ...request, headers: { ...request.headers, 'webhook-id': 'evt_other' } }),
      verify(stale(request)),
      verify({ ...request, headers: { ...request.headers, 'webhook-signature': 'v1,' } }),
      verify(request, `whsec_${Buffer.alloc(32).toString('base64')}`),
    ]);
    expect(wrong.map(({ code, stdout }) => [code, stdout])).toEqual(wrong.map(() => [1, '']));
  });
});

describe('the example receiver', () => {
  /** The lines that the receiver prints, one at a time. */
  async function started(): Promise<{ child: ChildProcess; lines: AsyncIterator<string>; port: string }> {
    const env = { WEBHOOK_SECRET: endpoint.secret, PORT: '0' };
    const child = start(folder, process.execPath, ['receiver.mjs'], env);
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const first = String((await lines.next()).value);
    return { child, lines, port: /listening on (\d+)/.exec(first)?.[1] as string };
  }

  it('prints a real delivery once, though it is delivered twice, and refuses a forged one', async () => {
    const { child, lines, port } = await started();
    const url = `http://127.0.0.1:${port}/hooks`;
    await endpoint.hooks.change(endpoint.id, { url });
    await erp.client.post('/suppliers', { suppliers: suppliers(1, 'ONE') });
    const [delivery] = (await endpoint.settled(1)) as [Delivery];
    expect(delivery).toMatchObject({ status: 'SUCCEEDED', attempts: [{ statusCode: 204 }] });
    expect((await endpoint.hooks.redeliver(endpoint.id, delivery.id)).status).toBe(202);
    const forged = await fetch(url, { method: 'POST', body: '{"event":"supplier.created"}' });
    expect(forged.status).toBe(401);
    await erp.client.post('/suppliers', { suppliers: suppliers(1, 'TWO') });
    await endpoint.settled(2);
    const told = await Promise.all([lines.next(), lines.next()]);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const events = told.map(({ value }) => JSON.parse(String(value).replace(/^\S+ /, '')) as WebhookEvent);
    expect(events.map(({ data }) => data['externalId'])).toEqual(['ONE-0', 'TWO-0']);
    expect((await lines.next()).done).toBe(true);
  });
});

describe('the curl commands of the guide', () => {
  const commands = blocks.filter(({ code }) => code.startsWith('curl ')).map(({ code }) => code);
  const itPastes = findProgram('curl') === undefined ? it.skip : it;

  itPastes('are accepted as pasted, one after the other', async () => {
    await realDelivery();
    const [delivery] = (await endpoint.settled(1)) as [Delivery];
    const env = {
      API: `${app.url}/api/v1/integration`,
      TOKEN: erp.token,
      ID: endpoint.id,
      DELIVERY: delivery.id,
    };
    const answers: string[] = [];
    for (const command of commands) {
      const script = command
        .replace(EXAMPLE_URL, endpoint.receiver.url)
        .replace('curl ', "curl -w '%{http_code}' ");
      answers.push((await runIn(folder, 'sh', ['-c', script], '', env)).stdout);
    }
    const [rotated] = answers.flatMap((answer) => /"secret":"(whsec_[^"]+)"[^]*200$/.exec(answer)?.[1] ?? []);
    endpoint.secrets.push(rotated as string);
    const statuses = answers.map((answer) => Number(answer.slice(-3)));
    expect(statuses.filter((status) => status >= 300)).toEqual([]);
    expect(statuses).toHaveLength(9);
  });
});

describe('the example body', () => {
  it('is valid under the schema of its event', async () => {
    const bodies = blocks.filter(({ language, code }) => language === 'json' && code.includes('"event"'));
    const catalogue = await catalogueOf(endpoint.hooks);
    expect(bodies).toHaveLength(1);
    for (const { code } of bodies) {
      const body = JSON.parse(code) as WebhookEvent;
      const type = catalogue.find(({ name }) => name === body.event);
      expectValid(compileSchema(type?.schema ?? {}), body);
    }
  });
});
