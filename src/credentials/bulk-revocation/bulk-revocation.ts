import { Injectable } from '@nestjs/common';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { Database } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import type { SqlValue } from '../../platform/database/sql.js';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditLog } from '../../audit/audit-log.js';
import {
  type ActingIn,
  actsOf,
  type CredentialActs,
  joinActs,
  keyOf,
  noActs,
} from '../../audit/credential-acts.js';
import { isId } from '../../platform/ids/ids.js';
import { type Token, TOKEN_ID_PREFIX } from '../../tokens/token.entity.js';
import { type RevokedToken, TokenRevocation } from '../../tokens/token-revocation.js';

/** Selects tokens of a company. All given criteria must match. */
export interface TokenSelection {
  companyId: string;
  ids?: readonly string[];
  /** Beginning of the display prefix, such as `eudr_live_a1b2`. */
  prefix?: string;
  integrationId?: string;
  createdBefore?: Date;
  /** A token that was never used counts as used at its creation. */
  lastUsedBefore?: Date;
}

export interface BulkOptions {
  /** Whether to report the outcome without revoking anything. */
  dryRun: boolean;
  disableWebhooks: boolean;
  /** Called after each 1,000 tokens, except the last ones. */
  onProgress?: (done: number, all: number) => void;
}

export type RevocationOutcome = 'revoked' | 'already_revoked' | 'would_revoke' | 'not_found';

/** The result for one token. */
export interface TokenOutcome {
  id: string;
  name: string | null;
  prefix: string | null;
  integrationId: string | null;
  outcome: RevocationOutcome;
  /** What the token created and changed. */
  acts: CredentialActs;
}

/** An active token and its last use. */
export type UsedToken = Pick<Token, 'id' | 'name' | 'prefix' | 'lastUsedAt'>;

interface SelectedRow {
  id: string;
  name: string;
  prefix: string;
  integration_id: string;
  revoked_at: string | null;
}

interface UsedRow {
  id: string;
  name: string;
  prefix: string;
  last_used_at: string | null;
}

/** Number of tokens that one transaction revokes. On the embedded engine, all other callers wait for it. */
const STEP = 100;
const IDS_PER_STATEMENT = 1_000;
const PROGRESS_EVERY = 1_000;
/** Number of listed things for each of many tokens. */
const MAX_ACTS = 5;

/**
 * Revokes many tokens of a company in steps. Each step commits by itself.
 * If a run is interrupted, the finished steps stay revoked, and a repetition revokes the rest.
 */
@Injectable()
export class BulkRevocation {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenRevocation,
    private readonly audit: AuditLog,
  ) {}

  /** @returns the outcome of each token, oldest first; ids that do not belong to the company come last */
  async run(selection: TokenSelection, options: BulkOptions, by: AuditContext): Promise<TokenOutcome[]> {
    const selected = await this.select(selection);
    const missing = missingOf(selection, selected);
    if (options.dryRun) return [...(await this.wouldBe(selection.companyId, selected)), ...missing];
    await this.announce(selection, selected, by);
    const outcomes: TokenOutcome[] = [];
    for (let start = 0; start < selected.length; start += STEP) {
      const ids = selected.slice(start, start + STEP).map(({ id }) => id);
      const revoked = await this.database.transaction((tx) => this.tokens.revokeAll(tx, ids, options, by));
      outcomes.push(...revoked.map(outcomeOf));
      const done = start + ids.length;
      if (done < selected.length && done % PROGRESS_EVERY === 0) options.onProgress?.(done, selected.length);
      await othersTurn();
    }
    return [...outcomes, ...missing];
  }

  /** Returns the last used tokens among those that a run would revoke, latest use first. */
  async usedLast(selection: Omit<TokenSelection, 'ids'>, most: number): Promise<UsedToken[]> {
    const [where, values] = conditionsOf(selection);
    const rows = await this.database.select<UsedRow>(
      `SELECT id, name, prefix, last_used_at FROM tokens WHERE ${where} AND revoked_at IS NULL
       ORDER BY last_used_at DESC, id LIMIT ${most}`,
      values,
    );
    return rows.map(({ last_used_at: at, ...row }) => ({
      ...row,
      lastUsedAt: at === null ? null : new Date(toIsoInstant(at)),
    }));
  }

  private async wouldBe(companyId: string, selected: SelectedRow[]): Promise<TokenOutcome[]> {
    const actingIn = ({ id: credentialId }: SelectedRow): ActingIn => ({ credentialId, companyId });
    const outcomes: TokenOutcome[] = [];
    for (let start = 0; start < selected.length; start += STEP) {
      const some = selected.slice(start, start + STEP);
      const acts = await actsOf(this.database, some.map(actingIn));
      outcomes.push(...some.map((row) => wouldBe(row, acts.get(keyOf(actingIn(row))) ?? noActs())));
      await othersTurn();
    }
    return outcomes;
  }

  /** Records the intention before the work, so the log shows a run that was interrupted. */
  private announce(selection: TokenSelection, selected: SelectedRow[], by: AuditContext): Promise<void> {
    const { companyId, ids, ...criteria } = selection;
    const details = { ...criteria, ...(ids && { ids: ids.length }), tokens: selected.length };
    const target = { kind: 'company', id: companyId, name: 'tokens' };
    return this.database.transaction((tx) =>
      this.audit.record(tx, { ...by, companyId, action: 'tokens.bulk_revoked', target, details }),
    );
  }

  private async select(selection: TokenSelection): Promise<SelectedRow[]> {
    const [where, values] = conditionsOf(selection);
    const rows: SelectedRow[] = [];
    for (const ids of idSteps(selection.ids)) {
      const among = ids ? ` AND id IN (${placeholders(ids.length)})` : '';
      rows.push(
        ...(await this.database.select<SelectedRow>(
          `SELECT id, name, prefix, integration_id, revoked_at FROM tokens WHERE ${where}${among} ORDER BY id`,
          [...values, ...(ids ?? [])],
        )),
      );
    }
    return rows;
  }
}

function conditionsOf(selection: TokenSelection): [string, SqlValue[]] {
  const { companyId, prefix, integrationId, createdBefore, lastUsedBefore } = selection;
  const conditions: [string, ...SqlValue[]][] = [['company_id = ?', companyId]];
  if (integrationId !== undefined) conditions.push(['integration_id = ?', integrationId]);
  if (prefix !== undefined) conditions.push([`SUBSTR(prefix, 1, ${prefix.length}) = ?`, prefix]);
  if (createdBefore) conditions.push(['created_at < ?', toSqlInstant(createdBefore)]);
  if (lastUsedBefore) {
    const before = toSqlInstant(lastUsedBefore);
    conditions.push(['COALESCE(last_used_at, created_at) < ?', before]);
  }
  return [conditions.map(([text]) => text).join(' AND '), conditions.flatMap(([, ...values]) => values)];
}

/** Splits the ids into lists that fit one statement. Without ids, there is one step. */
function idSteps(ids: readonly string[] | undefined): (readonly string[] | undefined)[] {
  if (ids === undefined) return [undefined];
  const distinct = [...new Set(ids)].filter((id) => isId(TOKEN_ID_PREFIX, id)).sort();
  return Array.from({ length: Math.ceil(distinct.length / IDS_PER_STATEMENT) }, (_, step) =>
    distinct.slice(step * IDS_PER_STATEMENT, (step + 1) * IDS_PER_STATEMENT),
  );
}

function missingOf({ ids = [] }: TokenSelection, selected: SelectedRow[]): TokenOutcome[] {
  const found = new Set(selected.map(({ id }) => id));
  const missing = [...new Set(ids)].filter((id) => !found.has(id));
  return missing.map((id) => ({
    id,
    name: null,
    prefix: null,
    integrationId: null,
    outcome: 'not_found',
    acts: noActs(),
  }));
}

function wouldBe(
  { id, name, prefix, integration_id: integrationId, revoked_at: at }: SelectedRow,
  acts: CredentialActs,
): TokenOutcome {
  return {
    id,
    name,
    prefix,
    integrationId,
    outcome: at === null ? 'would_revoke' : 'already_revoked',
    acts: joinActs([acts], MAX_ACTS),
  };
}

function outcomeOf({ id, name, prefix, integrationId, wasLive, acts }: RevokedToken): TokenOutcome {
  return {
    id,
    name,
    prefix,
    integrationId,
    outcome: wasLive ? 'revoked' : 'already_revoked',
    acts: joinActs([acts], MAX_ACTS),
  };
}
