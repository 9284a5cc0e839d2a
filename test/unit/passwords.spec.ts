import { hash } from '@node-rs/argon2';
import { Passwords } from '../../src/identity/passwords/passwords.js';
import { AppError } from '../../src/platform/errors/app-error.js';
import { expectAlikeInTime } from '../support/waiting/timing.js';

const PASSWORD = 'correct horse battery';
const passwords = new Passwords();

/** The code that something is refused with. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  return (error as AppError).kind.code;
}

describe('a stored password', () => {
  it('is argon2id of at least 19 MiB and two passes, salted anew each time', async () => {
    const [one, other] = [await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)];
    const form = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/;
    expect([one, other]).toEqual([expect.stringMatching(form), expect.stringMatching(form)]);
    expect(one).not.toBe(other);
  });

  it('matches itself and nothing else', async () => {
    const stored = await passwords.hash(PASSWORD);
    expect(await passwords.verify(stored, PASSWORD)).toBe(true);
    for (const wrong of ['', `${PASSWORD} `, PASSWORD.toUpperCase(), PASSWORD.slice(1), 'x'.repeat(60_000)])
      expect(await passwords.verify(stored, wrong)).toBe(false);
  });

  it('matches however a keyboard writes its letters', async () => {
    const composed = 'contrase\u00f1a segura';
    const stored = await passwords.hash(composed);
    expect(await passwords.verify(stored, composed.normalize('NFD'))).toBe(true);
  });

  it('is to be stored anew when the parameters have changed, and still matches until then', async () => {
    expect(passwords.isOutdated(await passwords.hash(PASSWORD))).toBe(false);
    for (const changed of [{ memoryCost: 8192 }, { timeCost: 1 }, { parallelism: 2 }, { algorithm: 1 }]) {
      const stored = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1, ...changed });
      expect(passwords.isOutdated(stored)).toBe(true);
      expect(await passwords.verify(stored, PASSWORD)).toBe(true);
    }
  });
});

it('without a stored password none matches, and the answer takes as long', async () => {
  const stored = await passwords.hash(PASSWORD);
  const verify = async (hashed: string | null): Promise<void> =>
    expect(await passwords.verify(hashed, 'not the password')).toBe(false);
  await expectAlikeInTime(
    15,
    1.6,
    () => verify(stored),
    () => verify(null),
  );
});

describe('a new password', () => {
  it.each([
    ['12 characters', 'mossy gravel'],
    ['256 characters', 'mossy gravel, wet stone. '.repeat(11).slice(0, 256).padEnd(256, '!')],
    [
      '12 characters beyond the first plane',
      '\u{1f40e}\u{1f40f}\u{1f410}\u{1f411}\u{1f412}\u{1f413}'.repeat(2),
    ],
  ])('may have %s', async (_what, password) => {
    expect(await passwords.hash(password)).toContain('$argon2id$');
  });

  it.each([
    ['11 characters', 'mossy grave'],
    [
      '11 characters of two UTF-16 units each',
      '\u{1f40e}\u{1f40f}\u{1f410}\u{1f411}\u{1f412}\u{1f413}'.repeat(2).slice(0, 22),
    ],
    ['257 characters', 'mossy gravel, wet stone. '.repeat(11).slice(0, 256).padEnd(257, '!')],
    ['nothing', ''],
    ['half a character', `${PASSWORD}\ud83d`],
    ['U+0000', `${PASSWORD}\u0000`],
  ])('may not have %s', async (_what, password) => {
    expect(await refusalOf(passwords.hash(password))).toBe('VALIDATION_ERROR');
  });

  it('is not repeated in the refusal, which names the place and the rule', async () => {
    const error: unknown = await passwords
      .hash('hunter2', { path: 'new_password' })
      .catch((thrown: unknown) => thrown);
    expect((error as AppError).details).toEqual([
      { path: 'new_password', message: 'new_password must have 12 to 256 characters' },
    ]);
  });
});

describe('of very many at once', () => {
  /** What becomes of so many checks that come at once. @param addressOf of the n-th. */
  async function outcomesOf(howMany: number, addressOf: (n: number) => string): Promise<unknown[]> {
    const stored = await passwords.hash(PASSWORD);
    return Promise.all(
      Array.from({ length: howMany }, (_, n) =>
        passwords.verify(stored, PASSWORD, addressOf(n)).catch((error: unknown) => {
          expect(Number((error as AppError).headers['Retry-After'])).toBeGreaterThan(0);
          return (error as AppError).kind.code;
        }),
      ),
    );
  }

  it('an address is told to come back when 100 of it wait; a /48 of IPv6 counts as one', async () => {
    for (const addressOf of [() => '192.0.2.1', (n: number) => `2001:db8:1:${n}::1`]) {
      const outcomes = await outcomesOf(110, addressOf);
      expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(102);
      expect(outcomes.filter((outcome) => outcome === 'RATE_LIMIT_EXCEEDED')).toHaveLength(8);
    }
  });

  it('some are told that the service is busy, and all others are answered', async () => {
    const outcomes = await outcomesOf(410, (n) => `192.0.2.${n % 200}`);
    expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(402);
    expect(outcomes.filter((outcome) => outcome === 'SERVICE_UNAVAILABLE')).toHaveLength(8);
  });

  it('those of one address delay another address by no more than what is at work', async () => {
    const stored = await passwords.hash(PASSWORD);
    let done = 0;
    const greedy = Array.from({ length: 60 }, () =>
      passwords.verify(stored, PASSWORD, '192.0.2.1').then(() => (done += 1)),
    );
    await passwords.verify(stored, PASSWORD, '192.0.2.2');
    expect(done).toBeLessThan(10);
    await Promise.all(greedy);
  });
});

describe('a new password that is easily guessed', () => {
  const names = ['ana.perez@acme.example', 'Acme Timber Ltd', 'acme-timber-ltd'];

  it.each([
    'password1234',
    'aaaaaaaaaaaa',
    '123456789012',
    'qwertyuiop12',
    'PASSWORD!2026',
    'ana.perez@acme.example',
    'AnaPerez2026',
    'Acme Timber Ltd',
    'acmetimberltd!',
    'EUDR-Platform',
    'eudr platform 26',
  ])('is refused: %s', async (password) => {
    expect(await refusalOf(passwords.hash(password, { names }))).toBe('VALIDATION_ERROR');
  });

  it.each(['correct horse battery', 'acme sells no oak', 'mi contrase\u00f1a segura'])(
    'is accepted: %s',
    (password) => expect(passwords.hash(password, { names })).resolves.toMatch(/^\$argon2id\$/),
  );

  it('that is stored anew is not judged', () =>
    expect(passwords.rehash('password1234')).resolves.toMatch(/^\$argon2id\$/));
});
