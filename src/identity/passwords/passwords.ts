import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { validationError } from '../../platform/errors/common.errors.js';
import { FairShare } from '../../platform/fairness/fair-share.js';
import { addressKey, siteKey } from '../../platform/values/ip-address.js';
import { whyGuessable } from './guessable.js';
import { inTurn } from './waiting.js';

/**
 * Argon2id with what OWASP recommends at least: 19 MiB, two passes, one lane.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Each takes 19 MiB and a thread of the four that files and name lookups need as well. */
const AT_ONCE = 2;
/** Whoever comes when so many wait, several seconds' work, is told to come back. */
const MAX_WAITING = 400;
/** The same of one address; of IPv6, of a /48, for whoever has one has 65,536 addresses that count apart elsewhere. */
const MAX_WAITING_OF_ADDRESS = 100;
const COMMAND_LINE = 'command line';

const MIN_CHARACTERS = 12;
const MAX_CHARACTERS = 256;

/** What is known of a new password beside itself. */
export interface NewPassword {
  /** Where it stands in the request, for the error. */
  path?: string;
  /** The person's address and the names of their company, which it must not be. */
  names?: readonly string[];
  /** Where the request came from; none at the command line. */
  address?: string;
}

/**
 * Stores and checks passwords as argon2id in the PHC string format, two at a time, so that any number of sign-ins takes
 * bounded memory. Those that wait are shared out by address: whoever sends many delays the others by one at most. Unicode is normalized first (NFC, as NIST SP 800-63B asks): keyboards write one letter in
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
   * The PHC string of a new password.
   * @throws VALIDATION_ERROR where it breaks the rules: 12 to 256 characters, well-formed, not easily guessed;
   *   RATE_LIMIT_EXCEEDED or SERVICE_UNAVAILABLE where too many wait, as all that hashes here.
   */
  async hash(password: string, known: NewPassword = {}): Promise<string> {
    await this.requireGood(password, known);
    return this.rehash(password, known.address);
  }

  /** @throws VALIDATION_ERROR where it breaks the rules of new passwords. */
  async requireGood(password: string, { path = 'password', names = [] }: NewPassword): Promise<void> {
    const problem = problemOf(password) ?? (await whyGuessable(password, names));
    if (problem !== undefined) throw validationError([{ path, message: `${path} ${problem}` }]);
  }

  /** The PHC string of a password that is in use, whatever the rules for new ones are. */
  rehash(password: string, address?: string): Promise<string> {
    return inTurn(this.share, partyOf(address), () => hash(password.normalize('NFC'), PARAMETERS));
  }

  /** Whether the password is the stored one. Takes as long where nothing is stored, and is false then. */
  async verify(stored: string | null, password: string, address?: string): Promise<boolean> {
    const matches = await inTurn(this.share, partyOf(address), () =>
      verify(stored ?? this.nobodys, password.normalize('NFC')),
    );
    return matches && stored !== null;
  }

  /** Whether a stored hash was made with other parameters than new ones are, and is to be made anew. */
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

function partyOf(address: string | undefined): string {
  return address === undefined ? COMMAND_LINE : (siteKey(address) ?? addressKey(address));
}

/** What is wrong with a new password, or undefined. Characters are counted as Unicode code points. */
function problemOf(password: string): string | undefined {
  if (!password.isWellFormed() || password.includes('\u0000'))
    return 'must be valid Unicode without the NUL character (U+0000)';
  const characters = [...password.normalize('NFC')].length;
  return characters < MIN_CHARACTERS || characters > MAX_CHARACTERS
    ? `must have ${MIN_CHARACTERS} to ${MAX_CHARACTERS} characters`
    : undefined;
}

/** A hash of no known password: random bytes in place of what one would come to. */
function nobodysHash(): string {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const [salt, digest] = [SALT_BYTES, HASH_BYTES].map((bytes) =>
    randomBytes(bytes).toString('base64').replaceAll('=', ''),
  );
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${digest}`;
}
