import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';

export interface RevocationOptions {
  /** Whether the webhooks that the credential made are disabled with it; the default for a leaked one. */
  disableWebhooks: boolean;
}

/** A webhook that a credential made, and how it stands after the revocation. */
export interface DependentWebhook {
  id: string;
  url: string;
  active: boolean;
}

/** What credentials made, by their ids. */
type Dependents = Map<string, DependentWebhook[]>;

/** Runs in the transaction of a revocation, after it. */
type RevokedHook = (
  tx: Tx,
  credentialIds: readonly string[],
  options: RevocationOptions,
) => Promise<Dependents>;

/** Where a higher layer takes part when credentials are revoked. */
@Injectable()
export class RevocationHooks {
  private hook: RevokedHook = () => Promise.resolve<Dependents>(new Map());

  onRevoked(hook: RevokedHook): void {
    this.hook = hook;
  }

  runRevoked(tx: Tx, credentialIds: readonly string[], options: RevocationOptions): Promise<Dependents> {
    return this.hook(tx, credentialIds, options);
  }
}
