import fc from 'fast-check';
import type { TestApp } from '../support/app/app.js';
import { undocumented } from '../support/openapi/answers.js';
import { type Draft, drafts, type FuzzRequest, requestOf } from './requests.js';
import { newWorld, type World } from './world.js';

export interface FuzzOptions {
  requests: number;
  seed: number;
}

/** What was wrong, how often, and the first request that showed it. */
export interface Finding {
  problem: string;
  count: number;
  example: string;
}

export interface FuzzResult {
  requests: number;
  /** Answers by status. */
  statuses: Record<string, number>;
  /** Milliseconds of the slowest answer. */
  slowest: number;
  findings: Finding[];
  /** The first lines of the log that tell of an error. */
  errors: string[];
}

const CALLERS = 8;
/** Requests spoil a company: members are removed, tokens revoked. */
const REQUESTS_PER_WORLD = 100;
/** Characters of an example, and lines of the log. */
const MAX_SHOWN = 300;
const MAX_ERRORS = 5;
const MAX_ANSWER_MS = 15_000;
const MAX_REFUSAL_BYTES = 64 * 1024;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Sends so many requests, the same for the same seed, and holds every answer against what is promised. */
export async function fuzz(app: TestApp, { requests, seed }: FuzzOptions): Promise<FuzzResult> {
  const result: FuzzResult = { requests: 0, statuses: {}, slowest: 0, findings: [], errors: [] };
  const findings = new Map<string, Finding>();
  for (let done = 0; done < requests; done += REQUESTS_PER_WORLD) {
    const world = await newWorld(app);
    const numRuns = Math.min(REQUESTS_PER_WORLD, requests - done);
    const queue = fc.sample(drafts, { seed: seed + done, numRuns });
    const caller = async (): Promise<void> => {
      for (let draft = queue.pop(); draft; draft = queue.pop())
        await send(app, draft, world, result, findings);
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    readLog(app.log.splice(0), world, result, findings);
  }
  result.findings = [...findings.values()];
  return result;
}

async function send(
  { url }: TestApp,
  draft: Draft,
  world: World,
  result: FuzzResult,
  findings: Map<string, Finding>,
): Promise<void> {
  const request = requestOf(draft, world);
  const note = (problem: string): void => {
    const kind = `${request.operation.method} ${request.operation.path}: ${problem}`;
    const finding = findings.get(kind) ?? { problem: kind, count: 0, example: shown(request) };
    finding.count += 1;
    findings.set(kind, finding);
  };
  const start = performance.now();
  try {
    const answer = await fetch(url + request.path, {
      method: request.operation.method,
      headers: request.headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(MAX_ANSWER_MS),
      ...(request.body !== undefined && { body: request.body }),
    });
    const body = await answer.text();
    result.statuses[answer.status] = (result.statuses[answer.status] ?? 0) + 1;
    problemsOf(request, answer, body).forEach(note);
  } catch (error) {
    note(`no answer: ${String((error as Error).cause ?? error)}`);
  }
  result.requests += 1;
  result.slowest = Math.max(result.slowest, Math.round(performance.now() - start));
}

/** No credential stands in a log, whatever was sent. */
function readLog(
  log: string[],
  { credentials }: World,
  result: FuzzResult,
  findings: Map<string, Finding>,
): void {
  const raw = Object.values(credentials);
  const leak = log.find((line) => raw.some((credential) => line.includes(credential)));
  if (leak !== undefined) {
    const problem = 'a credential stands in the log';
    findings.set(problem, { problem, count: 1, example: leak.slice(0, MAX_SHOWN) });
  }
  const errors = log
    .filter((line) => /"level":(50|60)/.test(line))
    .map((line) => line.slice(0, 2 * MAX_SHOWN));
  result.errors.push(...errors.slice(0, Math.max(0, MAX_ERRORS - result.errors.length)));
}

function problemsOf({ operation }: FuzzRequest, { status, headers }: Response, body: string): string[] {
  const problems: (string | undefined)[] = [
    status >= 500 ? `status ${status}` : undefined,
    headers.get('x-request-id') === null ? 'no X-Request-Id' : undefined,
    status >= 400 && body.length > MAX_REFUSAL_BYTES ? 'a refusal of more than 64 kB' : undefined,
    body.length > MAX_ANSWER_BYTES ? 'an answer of more than 4 MB' : undefined,
    undocumented(operation, { status, headers, body }),
  ];
  return problems.filter((problem) => problem !== undefined);
}

function shown({ operation, path, headers, body }: FuzzRequest): string {
  return `${operation.method} ${path.slice(0, MAX_SHOWN)} ${JSON.stringify(headers).slice(0, MAX_SHOWN)} ${(body ?? '').slice(0, MAX_SHOWN)}`;
}
