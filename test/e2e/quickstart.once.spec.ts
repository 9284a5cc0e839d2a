import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startApp, type TestApp } from '../support/app/app.js';
import { type Erp, givenErp, type Row } from '../support/app/factories.js';
import { findProgram } from '../support/databases/server-engine.js';
import { codeBlocksOf, type Printed, runIn, unpack } from '../support/processes/guide.js';

const HOOK_URL = 'http://127.0.0.1:8080/hooks';
const UNKNOWN_TOKEN = `eudr_live_${'0'.repeat(48)}`;

const blocks = codeBlocksOf('docs/quickstart.md');
const codeIn = (input: string): string[] =>
  blocks.filter(({ language }) => language === input).map(({ code }) => code);

let app: TestApp;
let erp: Erp;
let front: Front;
let folder: string;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true' });
  folder = unpack(blocks);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await app.close();
});
beforeEach(async () => {
  erp = await givenErp(app);
  front = await Front.before(app);
});
afterEach(() => front.close());

/** A POST as it came. */
interface Attempt {
  key: string;
  path: string;
  body: string;
}

/** A server before the product that lets each POST through at its second attempt only. */
class Front {
  readonly attempts: Attempt[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {
    server.on('request', (request, response) => void this.pass(request, response));
  }

  static async before({ url }: TestApp): Promise<Front> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Front(server, url);
  }

  get api(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v1/integration`;
  }

  async close(): Promise<void> {
    const closed = once(this.server.close(), 'close');
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const body = await text(request);
    if (method === 'POST' && this.isFirst({ key: String(headers['idempotency-key']), path, body })) {
      const status = this.attempts.length % 4 === 1 ? 429 : 503;
      response.writeHead(status, { 'Retry-After': '0' }).end();
      return;
    }
    const answer = await fetch(this.target + path, {
      method,
      headers: Object.fromEntries(
        PASSED_ON.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])),
      ),
      ...(method === 'POST' && { body }),
    });
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
  }

  private isFirst(attempt: Attempt): boolean {
    const isFirst = !this.attempts.some(({ key }) => key === attempt.key);
    this.attempts.push(attempt);
    return isFirst;
  }
}

const PASSED_ON = ['authorization', 'content-type', 'idempotency-key'];

const run = (program: string, args: string[], token = erp.token): Promise<Printed> =>
  runIn(folder, program, args, '', { API: front.api, TOKEN: token, HOOK_URL });

/** What the guide leaves behind, whoever follows it. */
async function expectFollowed(): Promise<void> {
  const [dds, hooks] = [await erp.client.get('/dds/BATCH-001'), await erp.client.get('/webhook-events')];
  expect(dds.body).toMatchObject({
    product: { name: 'Green coffee', hsCode: '0901' },
    supplier: { name: 'Fazenda Boa Vista', country: 'BR' },
    ddsStatus: 'DRAFT',
  });
  expect(hooks.body.webhooks).toMatchObject([
    { url: HOOK_URL, events: ['dds.status_changed', 'sync.failed'] },
  ]);
  const tried = front.attempts.map(({ path }) => path.replace(/.*\//, ''));
  expect(tried).toEqual(
    ['suppliers', 'products', 'batches', 'webhook-events'].flatMap((path) => [path, path]),
  );
  expect(front.attempts.filter((_, index) => index % 2 === 1)).toEqual(
    front.attempts.filter((_, index) => index % 2 === 0),
  );
  expect(new Set(front.attempts.map(({ key }) => key)).size).toBe(4);
}

describe.each([
  ['Node.js', 'js', process.execPath, 'quickstart.mjs'],
  ['Python', 'python', findProgram('python3'), 'quickstart.py'],
  ['PHP', 'php', findProgram('php'), 'quickstart.php'],
])('the program in %s', (_, language, program, file) => {
  const itRuns = program === undefined ? it.skip : it;

  itRuns('does all steps, each POST once though it is answered 429 or 503 first', async () => {
    const { code, stdout, stderr } = await run(program as string, [file]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toEqual([
      `The token "test" is of ${erp.slug}`,
      'SUP-101 CREATED',
      'ITEM-001 CREATED',
      'BATCH-001 CREATED',
      'BATCH-001 SYNCED',
      expect.stringMatching(/^The statement DDS-\S+ is DRAFT$/),
      expect.stringMatching(/^The webhook wh_\S+ signs with whsec_\S+$/),
      'SUPPLIER SUP-101 created',
      'PRODUCT ITEM-001 created',
      'BATCH BATCH-001 created',
    ]);
    await expectFollowed();
  });

  itRuns('ends with what the API says is wrong', async () => {
    const { code, stdout, stderr } = await run(program as string, [file], UNKNOWN_TOKEN);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/401 .*"INVALID_TOKEN".*"requestId":"req_/);
  });

  it('holds the code of each step', () => {
    const steps = codeIn(language);
    const whole = steps.pop() as string;
    expect(steps).toHaveLength(9);
    expect(steps.filter((step) => !whole.includes(step))).toEqual([]);
  });
});

describe('the curl commands', () => {
  const commands = codeIn('sh').filter((code) => code.includes('curl '));
  const itPastes = findProgram('curl') === undefined ? it.skip : it;

  itPastes('do all steps as pasted, and are answered as shown', async () => {
    const { code, stdout, stderr } = await run('sh', ['-ec', commands.join('\necho\n')]);
    expect(code).toBe(0);
    expect(stderr.split('\n').filter((line) => line !== '' && !/problem: HTTP error/i.test(line))).toEqual(
      [],
    );
    const answers = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row);
    await expectFollowed();
    const forms = answers.map(formOf);
    const shown = codeIn('json').map((json) => formOf(JSON.parse(json)));
    expect(commands).toHaveLength(9);
    expect(shown.filter((form) => !forms.includes(form))).toEqual([]);
  });
});

/** The names in an answer; of a list, those of its first item. */
function formOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length === 0 ? '' : formOf(value[0])}]`;
  if (typeof value !== 'object' || value === null) return '';
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}${formOf(member)}`)
    .join()}}`;
}
