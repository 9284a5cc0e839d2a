import { Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { Database } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { FailureThrottle } from '../../auth/rate-limits/failure-throttle.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { normalizedEmail } from '../../platform/values/email-address.js';
import { Passwords } from '../passwords/passwords.js';
import type { User } from '../users/user.entity.js';
import { invalidCredentials } from '../users/users.errors.js';
import { KnownAddresses } from './known-addresses.js';
import { SignInFailures } from './sign-in-failures.js';
import { UsersService } from '../users/users.service.js';

/**
 * A failed sign-in responds after a multiple of this time. Reading an existing row takes slightly longer, and
 * an attacker could measure that over many attempts.
 */
const FAILURE_TICK_MS = 50;

export interface Attempt {
  email: string;
  password: string;
  /** IP address of the request. */
  address: string;
}

/** Checks an email address and a password. Every route with a password uses it. */
@Injectable()
export class PasswordAuthenticator {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly throttle: SignInThrottle,
    private readonly failures: FailureThrottle,
    private readonly log: SignInFailures,
    private readonly known: KnownAddresses,
  ) {}

  /**
   * Returns the person if the password is right and the account is not disabled.
   * An unknown address, a disabled account and a wrong password give the same response after the same time.
   * @throws INVALID_CREDENTIALS
   * @throws RATE_LIMIT_EXCEEDED if the IP address failed too often, if it is unknown and the account had too
   * many failures, or if too many sign-ins wait
   * @throws SERVICE_UNAVAILABLE if too many sign-ins wait in total
   */
  async check({ email, password, address }: Attempt): Promise<User> {
    await this.failures.refuseWhenTooMany(address);
    return this.throttle.attempt(normalizedEmail(email), address, async () => {
      const begunAt = performance.now();
      const user = await this.users.findByEmail(email);
      const matches = await this.passwords.verify(user?.passwordHash ?? null, password, address);
      if (!user || !matches || user.disabledAt) {
        if (user) this.log.note(user, address);
        await wait(FAILURE_TICK_MS - ((performance.now() - begunAt) % FAILURE_TICK_MS));
        throw invalidCredentials();
      }
      await this.known.note(user, address);
      return this.renewed(user, password, address);
    });
  }

  /** Hashes the password again if its stored hash has older parameters. Only a sign-in knows the password. */
  private async renewed(user: User, password: string, address: string): Promise<User> {
    const outdated = user.passwordHash as string;
    if (!this.passwords.isOutdated(outdated)) return user;
    const passwordHash = await this.passwords.rehash(password, address);
    const written = await this.database.write(
      'UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ? AND password_hash = ?',
      [passwordHash, toSqlInstant(new Date()), user.id, outdated],
    );
    return written === 0 ? user : { ...user, passwordHash };
  }
}
