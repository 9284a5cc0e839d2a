import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import type { Token } from './token.entity.js';

export interface RevocationOptions {
  /** Whether the webhooks that the credential made are disabled with it; the default for a leaked one. */
  disableWebhooks: boolean;
}

/** What a credential made, and how it stands after the revocation. */
export interface Dependents {
  webhooks: { id: string; url: string; active: boolean }[];
}

/** Runs in the transaction of a revocation, after it. */
type RevokedHook = (tx: Tx, token: Token, options: RevocationOptions) => Promise<Dependents>;

/** Where higher layers take part when a credential is revoked. */
@Injectable()
export class RevocationHooks {
  private readonly hooks: RevokedHook[] = [];

  onRevoked(hook: RevokedHook): void {
    this.hooks.push(hook);
  }

  async runRevoked(tx: Tx, token: Token, options: RevocationOptions): Promise<Dependents> {
    const all: Dependents = { webhooks: [] };
    for (const hook of this.hooks) all.webhooks.push(...(await hook(tx, token, options)).webhooks);
    return all;
  }
}
