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
 * Failures are answered at whole multiples of this after they began: a row that is found takes a little longer to read
 * than none, which adds up over many samples.
 */
const FAILURE_TICK_MS = 50;

export interface Attempt {
  email: string;
  password: string;
  /** Where the request came from. */
  address: string;
}

/** Checks a name and password, for every door that takes them. */
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
   * The person, where the password is theirs and they are not disabled. An unknown address, a disabled account and a
   * wrong password answer alike and take as long.
   * @throws INVALID_CREDENTIALS, RATE_LIMIT_EXCEEDED for an address that failed too often, here or anywhere, and for
   *   one that is not known where too many others failed here, or where too many sign-ins wait;
   *   SERVICE_UNAVAILABLE where too many wait in all.
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

  /** Stores the password as new ones are stored, where it was by older parameters: only now is it known. */
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
