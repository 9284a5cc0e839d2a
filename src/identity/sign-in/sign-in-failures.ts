import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { In } from 'typeorm';
import { WriteBehind } from '../../platform/background/write-behind.js';
import { Database } from '../../platform/database/database.js';
import { groupBy } from '../../platform/values/group-by.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { bySystem } from '../../audit/audit-context.js';
import type { NewAuditEntry } from '../../audit/audit-actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import { Membership } from '../users/membership.entity.js';
import type { User } from '../users/user.entity.js';

/** Number of failed sign-ins to an account from an address. */
interface Failures {
  userId: string;
  email: string;
  address: string;
  times: number;
}

/**
 * Writes failed sign-ins to existing accounts to the audit log, up to a minute later and merged.
 * Otherwise the response time would reveal that the account exists, and an attacker could fill the log.
 */
@Injectable()
export class SignInFailures implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly failures: WriteBehind<Failures>;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    @Inject(LOGGER) logger: Logger,
  ) {
    const write = (failures: Failures[]): Promise<void> => this.write(failures);
    this.failures = new WriteBehind({ what: 'failed sign-ins', merge: together, write }, logger);
  }

  onApplicationBootstrap(): void {
    this.failures.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.failures.stop();
  }

  note({ id: userId, email }: Pick<User, 'id' | 'email'>, address: string): void {
    this.failures.add(`${userId} ${address}`, { userId, email, address, times: 1 });
  }

  /** Writes the collected failures. */
  flush(): Promise<void> {
    return this.failures.flush();
  }

  /** Writes to the log of each company of the account. */
  private write(failures: Failures[]): Promise<void> {
    return this.database.transaction(async (tx) => {
      const userIds = failures.map(({ userId }) => userId);
      const memberships = await tx.manager.findBy(Membership, { userId: In(userIds) });
      const byUser = groupBy(memberships, ({ userId }) => userId);
      const entries = failures.flatMap((failure) =>
        (byUser.get(failure.userId) ?? []).map(({ companyId }) => entryOf(companyId, failure)),
      );
      await this.audit.recordMany(tx, entries);
    });
  }
}

const together = (older: Failures, newer: Failures): Failures => ({
  ...newer,
  times: older.times + newer.times,
});

function entryOf(companyId: string, { userId, email, address, times }: Failures): NewAuditEntry {
  const target = { kind: 'user', id: userId, name: email };
  const action = 'session.sign_in_failed';
  return { ...bySystem('sign-in', address), companyId, action, target, details: { times } };
}
