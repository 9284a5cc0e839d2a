import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';

export interface RevocationOptions {
  /**
   * Whether the revocation also disables the webhooks that the credential created.
   */
  disableWebhooks: boolean;
}

/** A webhook that a credential created. `active` is its state after the revocation. */
export interface DependentWebhook {
  id: string;
  url: string;
  active: boolean;
}

/** Webhooks by the id of the credential that created them. */
type Dependents = Map<string, DependentWebhook[]>;

/** Runs in the transaction of a revocation, after the revocation. */
type RevokedHook = (
  tx: Tx,
  credentialIds: readonly string[],
  options: RevocationOptions,
) => Promise<Dependents>;

/** Lets a higher module take part in the revocation of credentials. */
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
