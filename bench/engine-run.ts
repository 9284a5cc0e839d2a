import 'reflect-metadata';
import { deepStrictEqual } from 'node:assert';
import { join } from 'node:path';
import type { BareServerJob } from './bare/bare-server.js';
import { changedRows, newRows, ROWS_PER_CALL, type StampedBody } from './bodies.js';
import { type Load, loadRound } from './load.js';
import { freePort, type ServerProcess, startServer } from './processes.js';
import type { Comparison, EngineJob, EngineResult } from './results.js';
import { RevocationMeasures } from './revocation-measures.js';
import { compare, type Pair, type Side } from './rounds.js';
import { Tenant } from './tenant.js';
import { WebhookMeasures } from './webhooks/webhook-measures.js';

const LIST_CONNECTIONS = 32;
const UPSERT_CONNECTIONS = 8;
const PAGE = 50;
/** Subscribed to all events, against none. */
const ENDPOINTS = [1, 20];
/** The product's own default. */
const POOL_SIZE = 10;
const SUPPLIERS = '/api/v1/integration/suppliers';

const LIST_TARGET = 0.75;
const UPSERT_TARGET = 0.5;
const TOKEN_TARGET = 0.9;
/** Ten thousand rows or a million: the same within 1.3 times. */
const SIZE_TARGET = 1 / 1.3;

const requests = { unit: 'requests/s', perRequest: 1 } as const;
const rows = { unit: 'rows/s', perRequest: ROWS_PER_CALL } as const;

/** A server and the tenant in whose database it works. */
interface Subject {
  label: string;
  server: ServerProcess;
  tenant: Tenant;
}

/** All measurements on one engine, which is that of this process. */
class EngineRun {
  private readonly comparisons: Comparison[] = [];

  constructor(private readonly job: EngineJob) {}

  async run(): Promise<EngineResult> {
    const small = await this.tenant('small', this.job.smallTable);
    const product = await this.product('product', small);
    await this.againstBare(product);
    await this.tokenCheck(small);
    if (this.wants('size:')) await this.tableSize(product);
    await product.server.stop();
    await small.close();
    if (this.wants('(d) deliveries') || this.wants('(e) upsert of 500, ')) await this.webhooks();
    if (this.wants('(f) revocation')) await this.revocation();
    return { engine: this.job.engine, comparisons: this.comparisons };
  }

  private async againstBare(product: Subject): Promise<void> {
    const { tenant } = product;
    const bare = { label: 'bare', tenant, server: await this.bare(tenant) };
    await sameAnswers(product, bare);
    const changed = inOrder(this.job.smallTable);
    await this.measure({
      name: '(a) list of 50',
      ...requests,
      target: LIST_TARGET,
      a: list(product),
      b: list(bare),
    });
    await this.measure({
      name: '(b) upsert of 500, all changed',
      ...rows,
      target: UPSERT_TARGET,
      a: upsert(product, changed),
      b: upsert(bare, changed),
    });
    await this.measure({
      name: '(b) upsert of 500, all new',
      ...rows,
      target: UPSERT_TARGET,
      a: refilled(upsert(product, newRows), tenant),
      b: refilled(upsert(bare, newRows), tenant),
    });
    await bare.server.stop();
  }

  private async tokenCheck(tenant: Tenant): Promise<void> {
    const server = await this.start('bench/unguarded-app.js', tenant, [JSON.stringify(tenant.owner)]);
    const guarded = list({ label: 'with token', server, tenant });
    const unguarded = list({ label: 'without', server, tenant }, '/bench/suppliers');
    await this.measure({
      name: '(c) list of 50, token check',
      ...requests,
      target: TOKEN_TARGET,
      a: guarded,
      b: unguarded,
    });
    await server.stop();
  }

  private async tableSize(small: Subject): Promise<void> {
    const { smallTable, largeTable } = this.job;
    const tenant = await this.tenant('large', largeTable);
    const large = await this.product(count(largeTable), tenant);
    const few = { ...small, label: count(smallTable) };
    const lastOf = async (of: Tenant): Promise<string> =>
      `${SUPPLIERS}?limit=${PAGE}&cursor=${await of.lastPage(PAGE)}`;
    const last = { a: await lastOf(tenant), b: await lastOf(small.tenant) };
    const target = SIZE_TARGET;
    await this.measure({ name: 'size: list, first page', ...requests, target, a: list(large), b: list(few) });
    await this.measure({
      name: 'size: list, last page',
      ...requests,
      target,
      a: listAt(large, last.a),
      b: listAt(few, last.b),
    });
    await this.measure({
      name: 'size: upsert, all changed',
      ...rows,
      target,
      a: upsert(large, inOrder(largeTable)),
      b: upsert(few, inOrder(smallTable)),
    });
    await this.measure({
      name: 'size: upsert, all new',
      ...rows,
      target,
      a: upsert(large, newRows),
      b: refilled(upsert(few, newRows), small.tenant),
    });
    await large.server.stop();
    await tenant.close();
  }

  private async webhooks(): Promise<void> {
    const { folder, smallTable } = this.job;
    const tenant = await this.tenant('webhooks', smallTable);
    const { server } = await this.product('product', tenant);
    const measures = await WebhookMeasures.prepare(tenant, server, folder);
    await this.measure(measures.deliveriesAgainstLoop());
    await this.measure(measures.deliveriesAgainstSlots());
    const load = upsert({ label: '', server, tenant }, inOrder(smallTable));
    for (const endpoints of ENDPOINTS) await this.measure(measures.upserts(load, ROWS_PER_CALL, endpoints));
    await measures.close();
    await server.stop();
    await tenant.close();
  }

  private async revocation(): Promise<void> {
    const tenant = await this.tenant('revocation', 0);
    const { server } = await this.product('product', tenant);
    await this.measure((await RevocationMeasures.prepare(tenant, server)).bulkAgainstSingle());
    await server.stop();
    await tenant.close();
  }

  private wants(name: string): boolean {
    const { only } = this.job;
    return name.includes(only) || only.startsWith(name);
  }

  private async measure(pair: Pair): Promise<void> {
    if (!this.wants(pair.name)) return;
    process.stderr.write(`${this.job.engine}: ${pair.name} … `);
    const comparison = await compare(pair, this.job.pace);
    process.stderr.write(`${comparison.ratio.toFixed(2)}\n`);
    this.comparisons.push(comparison);
  }

  private tenant(name: string, howMany: number): Promise<Tenant> {
    process.stderr.write(`${this.job.engine}: a table of ${count(howMany)} rows\n`);
    return Tenant.create(name, howMany, this.job.folder, this.job.serverUrl);
  }

  private async product(label: string, tenant: Tenant): Promise<Subject> {
    return { label, tenant, server: await this.start('src/main.js', tenant) };
  }

  /** The product as it runs in production: access log to a file, metrics on, and a limit that is never reached. */
  private async start(script: string, { place }: Tenant, args: string[] = []): Promise<ServerProcess> {
    const env = {
      ...place,
      METRICS_PORT: String(await freePort()),
      RATE_LIMIT_PER_MINUTE: '1000000000',
      WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true',
    };
    return startServer({
      script,
      args,
      env,
      readyPath: '/health/ready',
      log: join(this.job.folder, 'product.log'),
    });
  }

  private bare({ place, owner }: Tenant): Promise<ServerProcess> {
    const job: BareServerJob = { place, owner, poolSize: POOL_SIZE, limit: PAGE };
    const log = join(this.job.folder, 'bare.log');
    return startServer({
      script: 'bench/bare/bare-server.js',
      args: [JSON.stringify(job)],
      env: { ...place },
      readyPath: '/',
      log,
    });
  }
}

function list(subject: Subject, path = SUPPLIERS): Side {
  return listAt(subject, `${path}?limit=${PAGE}`);
}

function listAt({ label, server, tenant }: Subject, path: string): Side {
  const load = { url: server.url + path, connections: LIST_CONNECTIONS, token: tenant.token };
  return { label, server, run: (seconds) => loadRound(load, seconds) };
}

function upsert({ label, server, tenant }: Subject, bodies: NonNullable<Load['bodies']>): Side {
  const load = { url: server.url + SUPPLIERS, connections: UPSERT_CONNECTIONS, token: tenant.token, bodies };
  return { label, server, run: (seconds) => loadRound(load, seconds) };
}

/** Each round begins with the table as it was at first, not with what earlier rounds added. */
function refilled(side: Side, tenant: Tenant): Side {
  return { ...side, before: () => tenant.refill() };
}

/** Each connection changes 500 neighbours of its own, spread over the table. */
function inOrder(tableSize: number): (connection: number) => StampedBody {
  return (connection) => changedRows(Math.floor((tableSize / UPSERT_CONNECTIONS) * connection));
}

/** A comparison with a server that answers something else would mean nothing. */
async function sameAnswers(product: Subject, bare: Subject): Promise<void> {
  deepStrictEqual(await answerOf(bare), await answerOf(product));
  const change = changedRows(0);
  deepStrictEqual(await answerOf(bare, change), await answerOf(product, change));
}

async function answerOf({ server, tenant }: Subject, bodies?: StampedBody): Promise<unknown> {
  const headers = { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
  const call = bodies ? { method: 'POST', body: bodies.next().toString() } : {};
  const response = await fetch(`${server.url}${SUPPLIERS}${bodies ? '' : `?limit=${PAGE}`}`, {
    headers,
    ...call,
  });
  return response.json();
}

function count(howMany: number): string {
  return howMany.toLocaleString('en');
}

const job = JSON.parse(process.argv[2] as string) as EngineJob;
process.send?.(await new EngineRun(job).run());
process.disconnect();
