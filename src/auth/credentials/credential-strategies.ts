import { Injectable } from '@nestjs/common';
import type { Strategy } from 'passport';
import type { ClosedAccess } from '../principal/route-access.js';

/** Kind of caller that a route is for. */
export type CallerKind = ClosedAccess['caller'];

/** Table that stores the credentials of one kind. */
export interface CredentialTable {
  table: string;
  /** Column with the time at which the credential stopped working. */
  endedAt: string;
  /** Whether the table has the column `last_used_at`. */
  remembersUse: boolean;
  /** Whether another credential can create these; their `made_by` column then stores its id. */
  keepsMaker: boolean;
  /** Whether each credential acts only in selected companies of its owner (`actsIn`). */
  isBound: boolean;
}

/**
 * A passport strategy for one kind of credential.
 * For a credential of another kind it fails, and passport asks the next strategy. For an invalid credential
 * of its own kind it throws the error of the response.
 */
export interface CredentialStrategy extends Strategy {
  name: string;
  /** Kinds of callers that the credential can identify. */
  readonly callers: readonly CallerKind[];
  /** Tables of its credentials, by id prefix. */
  readonly kept: Readonly<Record<string, CredentialTable>>;
}

/**
 * The part of a request that strategies see.
 * The bearer library also reads tokens from the query string and the body. Tokens there end up in logs, so
 * the strategies do not get these parts.
 */
export interface CredentialRequest {
  headers: { authorization?: string };
  ip: string;
}

/** Registry of the strategies, one for each kind of credential. Each module registers its own. */
@Injectable()
export class CredentialStrategies {
  private readonly strategies: CredentialStrategy[] = [];
  private readonly tables = new Map<string, CredentialTable>();

  add(strategy: CredentialStrategy): void {
    this.strategies.push(strategy);
    for (const [prefix, table] of Object.entries(strategy.kept)) this.tables.set(prefix, table);
  }

  all(): readonly CredentialStrategy[] {
    return this.strategies;
  }

  /** Returns the tables of the credentials that another credential can create. */
  tablesThatKeepMakers(): string[] {
    return [...this.tables.values()].filter(({ keepsMaker }) => keepsMaker).map(({ table }) => table);
  }

  /** Returns the table for an id prefix. */
  tableOf(prefix: string): CredentialTable | undefined {
    return this.tables.get(prefix);
  }
}
