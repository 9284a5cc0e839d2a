import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { validationError } from '../../platform/errors/common.errors.js';
import { FairShare } from '../../platform/fairness/fair-share.js';
import { addressKey, siteKey } from '../../platform/values/ip-address.js';
import { whyGuessable } from './guessable.js';
import { inTurn } from './waiting.js';

/**
 * Argon2id with the minimum that OWASP recommends: 19 MiB, two passes, one lane.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/**
 * Maximum number of concurrent hashes. Each takes 19 MiB and one of the four threads that file access also
 * needs.
 */
const AT_ONCE = 2;
/** Maximum number of waiting hashes, which is several seconds of work. Further requests are refused. */
const MAX_WAITING = 400;
/**
 * Maximum for one address. For IPv6 it counts a /48, because its owner has 65,536 networks that count
 * separately elsewhere.
 */
const MAX_WAITING_OF_ADDRESS = 100;
const COMMAND_LINE = 'command line';

const MIN_CHARACTERS = 12;
const MAX_CHARACTERS = 256;

/** Context of a new password. */
export interface NewPassword {
  /** Name of the request's member, for the error. */
  path?: string;
  /** The person's email address and the names of their company. The password must not equal them. */
  names?: readonly string[];
  /** IP address of the request; undefined at the command line. */
  address?: string;
}

/**
 * Hashes and checks passwords as argon2id in PHC string format.
 * Only two hashes run at a time, so memory is bounded for any number of sign-ins. Waiting requests are shared
 * fairly between addresses: an address with many requests delays the others by one at most.
 * Unicode is normalized first (NFC, as NIST SP 800-63B requires), because keyboards encode one letter in
 * several ways.
 */
@Injectable()
export class Passwords {
  private readonly share = new FairShare({
    capacity: AT_ONCE,
    perParty: AT_ONCE,
    maxWaitingPerParty: MAX_WAITING_OF_ADDRESS,
    maxWaiting: MAX_WAITING,
  });
  private readonly nobodys = nobodysHash();

  /**
   * Checks and hashes a new password.
   * @returns the PHC string
   * @throws VALIDATION_ERROR if the password breaks a rule: 12 to 256 characters, well-formed, not easily
   * guessed
   * @throws RATE_LIMIT_EXCEEDED or SERVICE_UNAVAILABLE if too many hashes wait
   */
  async hash(password: string, known: NewPassword = {}): Promise<string> {
    await this.requireGood(password, known);
    return this.rehash(password, known.address);
  }

  /** @throws VALIDATION_ERROR if the password breaks the rules for new passwords */
  async requireGood(password: string, { path = 'password', names = [] }: NewPassword): Promise<void> {
    const problem = problemOf(password) ?? (await whyGuessable(password, names));
    if (problem !== undefined) throw validationError([{ path, message: `${path} ${problem}` }]);
  }

  /**
   * Hashes a password without the rules for new ones. For passwords that are already in use.
   * @returns the PHC string
   */
  rehash(password: string, address?: string): Promise<string> {
    return inTurn(this.share, fairShareKeyOf(address), () => hash(password.normalize('NFC'), PARAMETERS));
  }

  /**
   * Whether the password matches the stored hash. If there is none, it takes the same time and returns false.
   */
  async verify(stored: string | null, password: string, address?: string): Promise<boolean> {
    const matches = await inTurn(this.share, fairShareKeyOf(address), () =>
      verify(stored ?? this.nobodys, password.normalize('NFC')),
    );
    return matches && stored !== null;
  }

  /** Whether a stored hash has other parameters than new ones and must be renewed. */
  isOutdated(stored: string): boolean {
    const made = parseOptions(stored);
    return (
      !stored.startsWith('$argon2id$v=19$') ||
      made.memoryCost !== PARAMETERS.memoryCost ||
      made.timeCost !== PARAMETERS.timeCost ||
      made.parallelism !== PARAMETERS.parallelism
    );
  }
}

function fairShareKeyOf(address: string | undefined): string {
  return address === undefined ? COMMAND_LINE : (siteKey(address) ?? addressKey(address));
}

/** Returns what is wrong with a new password, or undefined. It counts Unicode code points. */
function problemOf(password: string): string | undefined {
  if (!password.isWellFormed() || password.includes('\u0000'))
    return 'must be valid Unicode without the NUL character (U+0000)';
  const characters = [...password.normalize('NFC')].length;
  return characters < MIN_CHARACTERS || characters > MAX_CHARACTERS
    ? `must have ${MIN_CHARACTERS} to ${MAX_CHARACTERS} characters`
    : undefined;
}

/** Returns a hash that no known password has: random bytes in the right format. */
function nobodysHash(): string {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const [salt, digest] = [SALT_BYTES, HASH_BYTES].map((bytes) =>
    randomBytes(bytes).toString('base64').replaceAll('=', ''),
  );
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${digest}`;
}
