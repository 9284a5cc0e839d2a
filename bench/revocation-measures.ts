import { execFileSync } from 'node:child_process';
import { rowPlaceholders } from '../src/platform/database/dialect.js';
import { newId } from '../src/platform/ids/ids.js';
import { displayPrefix, hashToken, newRawToken } from '../src/auth/credentials/token-format.js';
import type { Round } from './load.js';
import type { ServerProcess } from './processes.js';
import type { Pair, Side } from './rounds.js';
import { CLI, type Tenant } from './tenant.js';

const TOKENS = 10_000;
const TOKENS_PER_STATEMENT = 500;
const CALLERS = 8;
const OPERATOR = 'ops@bench.example';
const ANY_MOMENT = '2026-01-01 00:00:00.000';

/** How fast a company's tokens are revoked when all of them must go. */
export class RevocationMeasures {
  private constructor(
    private readonly tenant: Tenant,
    private readonly server: ServerProcess,
    private readonly personalToken: string,
    private readonly ids: readonly string[],
  ) {}

  /** Makes an operator, and the tokens in the tenant's integration. */
  static async prepare(tenant: Tenant, server: ServerProcess): Promise<RevocationMeasures> {
    const env = { PATH: process.env['PATH'] ?? '', ...tenant.place };
    const eudr = (...args: string[]): string =>
      execFileSync(process.execPath, [CLI, ...args, '--json'], { env, encoding: 'utf8' });
    eudr('user:create', OPERATOR, '--company', tenant.owner.companyId, '--roles', 'ROLE_API_SECURITY');
    const { token } = JSON.parse(eudr('pat:create', '--user', OPERATOR, '--name', 'bench')) as {
      token: string;
    };
    return new RevocationMeasures(tenant, server, token, await insertTokens(tenant));
  }

  /** One call for all of them, against one call for each, eight at a time. */
  bulkAgainstSingle(): Pair {
    const name = `(f) revocation of ${TOKENS.toLocaleString('en')} tokens`;
    const bulk = this.side('in one call', () => this.revokeAll());
    const single = this.side('a call each', (seconds) => this.revokeEach(seconds));
    return { name, unit: 'tokens/s', perRequest: 1, a: bulk, b: single };
  }

  private side(label: string, run: Side['run']): Side {
    return { label, server: this.server, before: () => this.revive(), run };
  }

  private async revive(): Promise<void> {
    const { database, owner } = this.tenant;
    await database.write('UPDATE tokens SET revoked_at = NULL WHERE integration_id = ?', [
      owner.integrationId,
    ]);
  }

  private async revokeAll(): Promise<Round> {
    const startedAt = performance.now();
    const { ids } = this;
    const { outcomes } = await this.post('tokens/revoke', { ids });
    if (outcomes?.['revoked'] !== TOKENS)
      throw new Error(`Not all were revoked: ${JSON.stringify(outcomes)}`);
    return roundOf(TOKENS, startedAt);
  }

  private async revokeEach(seconds: number): Promise<Round> {
    const startedAt = performance.now();
    const path = `integrations/${this.tenant.owner.integrationId}/tokens`;
    let next = 0;
    const caller = async (): Promise<void> => {
      while (next < TOKENS && performance.now() - startedAt < seconds * 1000) {
        await this.post(`${path}/${this.ids[next++] as string}/revoke`);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    return roundOf(next, startedAt);
  }

  private async post(path: string, body: object = {}): Promise<{ outcomes?: Record<string, number> }> {
    const { companyId } = this.tenant.owner;
    const response = await fetch(`${this.server.url}/apiops/projects/${companyId}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.personalToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as { outcomes?: Record<string, number> };
  }
}

function roundOf(requests: number, startedAt: number): Round {
  const took = (performance.now() - startedAt) / 1000;
  return { requests, requestsPerSecond: requests / took, p50: NaN, p99: NaN };
}

async function insertTokens({ database, owner }: Tenant): Promise<string[]> {
  const ids = Array.from({ length: TOKENS }, () => newId('tok'));
  for (let start = 0; start < TOKENS; start += TOKENS_PER_STATEMENT) {
    const some = ids.slice(start, start + TOKENS_PER_STATEMENT);
    await database.write(
      `INSERT INTO tokens (id, company_id, integration_id, name, hash, prefix, scopes, created_at)
       VALUES ${rowPlaceholders(some.length, 8)}`,
      some.flatMap((id) => {
        const raw = newRawToken('eudr_live_');
        const { companyId, integrationId } = owner;
        return [id, companyId, integrationId, 'bench', hashToken(raw), displayPrefix(raw), '[]', ANY_MOMENT];
      }),
    );
  }
  return ids;
}
