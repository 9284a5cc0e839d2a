import { Injectable } from '@nestjs/common';
import type { Strategy } from 'passport';
import type { ClosedAccess } from '../principal/route-access.js';

/** For whom a route is. */
export type CallerKind = ClosedAccess['caller'];

/** Where the credentials of one kind are kept. */
export interface CredentialTable {
  table: string;
  /** Column of the moment since when one works no more. */
  endedAt: string;
  /** Whether the table remembers when one was last used, in `last_used_at`. */
  remembersUse: boolean;
  /** Whether others make them, whose id each keeps in `made_by`. */
  keepsMaker: boolean;
  /** Whether each acts only in those companies of its owner that it is bound to (`actsIn`). */
  isBound: boolean;
}

/**
 * A passport strategy for one kind of credential. It fails, so that the next one is asked, where the credential is
 * not of its kind, and throws the error to be answered where it is and does not hold.
 */
export interface CredentialStrategy extends Strategy {
  name: string;
  /** Whom the credential may stand for. */
  readonly callers: readonly CallerKind[];
  /** Where its credentials are kept, by the prefix of their ids. */
  readonly kept: Readonly<Record<string, CredentialTable>>;
}

/**
 * All that strategies see of a request. The bearer library would also take a token from the query string or the
 * body, where it would end in logs; it is not given them.
 */
export interface CredentialRequest {
  headers: { authorization?: string };
  ip: string;
}

/** The strategies of the running product, one per kind of credential; each module registers its own. */
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

  /** Where the credentials are kept that others make. */
  tablesThatKeepMakers(): string[] {
    return [...this.tables.values()].filter(({ keepsMaker }) => keepsMaker).map(({ table }) => table);
  }

  /** Where credentials with ids of this prefix are kept. */
  tableOf(prefix: string): CredentialTable | undefined {
    return this.tables.get(prefix);
  }
}
