import type { AppError } from '../../src/platform/errors/app-error.js';
import {
  givenPerson,
  nextAddress,
  openPeople,
  type People,
  type Person,
  refusalOf,
  type TwoProcesses,
} from '../support/people/people.js';
import { PASSWORD } from '../support/people/usual-password.js';

let open: TwoProcesses;
let people: People;
/** Another process on the same database. */
let elsewhere: People;
beforeAll(async () => {
  open = await openPeople();
  ({ people, elsewhere } = open);
});
afterAll(() => open.close());

describe('an address that fails ten times at an account', () => {
  const fail = (one: Person, address: string, password = 'not the password'): Promise<unknown> =>
    refusalOf(people.sessions.signIn({ email: one.email, password, address }));

  it('is told to wait even with the right password, and others are not', async () => {
    const [one, other] = [await givenPerson(people), await givenPerson(people)];
    const address = nextAddress();
    for (let failure = 0; failure < 10; failure += 1)
      expect(await fail(one, address)).toBe('INVALID_CREDENTIALS');
    const email = one.email.toUpperCase();
    const refused: unknown = await people.sessions
      .signIn({ email, password: PASSWORD, address })
      .catch((error: unknown) => error);
    const { kind, headers } = refused as AppError;
    expect([kind.code, kind.status]).toEqual(['RATE_LIMIT_EXCEEDED', 429]);
    expect(Number(headers['Retry-After'])).toBeGreaterThan(890);
    expect(Number(headers['Retry-After'])).toBeLessThanOrEqual(900);
    await people.sessions.signIn({ email: one.email, password: PASSWORD, address: nextAddress() });
    await people.sessions.signIn({ email: other.email, password: PASSWORD, address });
  });

  it('has many addresses with IPv6: a /64 counts as one, and a /48 bears fifty', async () => {
    const one = await givenPerson(people);
    for (let customer = 0; customer < 5; customer += 1) {
      const within = (host: number): string => `2001:db8:77:${customer}::${host + 1}`;
      const outcomes = await Promise.all(Array.from({ length: 11 }, (_, host) => fail(one, within(host))));
      expect(outcomes.filter((outcome) => outcome === 'INVALID_CREDENTIALS')).toHaveLength(10);
    }
    expect(await fail(one, '2001:db8:77:99::1', PASSWORD)).toBe('RATE_LIMIT_EXCEEDED');
    await people.sessions.signIn({ email: one.email, password: PASSWORD, address: '2001:db8:78::1' });
  });

  it('gains nothing by sending them at once', async () => {
    const one = await givenPerson(people);
    const address = nextAddress();
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => fail(one, address)));
    expect(outcomes.filter((outcome) => outcome === 'INVALID_CREDENTIALS')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'RATE_LIMIT_EXCEEDED')).toHaveLength(20);
  });

  it('begins anew after a success, and successes at once are no failures', async () => {
    const one = await givenPerson(people);
    const address = nextAddress();
    for (let failure = 0; failure < 9; failure += 1) await fail(one, address);
    const all = await Promise.all(Array.from({ length: 15 }, () => fail(one, address, PASSWORD)));
    expect(all.filter((outcome) => typeof outcome === 'string')).toEqual([]);
    for (let failure = 0; failure < 9; failure += 1)
      expect(await fail(one, address)).toBe('INVALID_CREDENTIALS');
  });

  it('is told so for an account that does not exist as well', async () => {
    const nobody = { ...(await givenPerson(people)), email: 'no-such-person@acme.example' };
    const address = nextAddress();
    for (let failure = 0; failure < 10; failure += 1) await fail(nobody, address);
    expect(await fail(nobody, address)).toBe('RATE_LIMIT_EXCEEDED');
  });
});

describe('an account at which 100 sign-ins failed, from wherever', () => {
  const signIn = (one: Pick<Person, 'email'>, address: string, password = PASSWORD): Promise<unknown> =>
    refusalOf(elsewhere.sessions.signIn({ email: one.email, password, address }));

  /** @returns what the guesses were answered, beginning with the first. */
  async function guess(one: Pick<Person, 'email'>, howMany: number): Promise<unknown[]> {
    const guesses = Array.from({ length: howMany }, () => signIn(one, nextAddress(), 'not the password'));
    return Promise.all(guesses);
  }

  it('bears no more, however many addresses guess at once, and tells how long to wait', async () => {
    const one = await givenPerson(people);
    const outcomes = await guess(one, 130);
    expect(outcomes.filter((outcome) => outcome === 'INVALID_CREDENTIALS')).toHaveLength(100);
    const refused: unknown = await elsewhere.sessions
      .signIn({ email: one.email, password: PASSWORD, address: nextAddress() })
      .catch((error: unknown) => error);
    const { kind, headers } = refused as AppError;
    expect([kind.status, Number(headers['Retry-After'])]).toEqual([429, expect.any(Number)]);
    expect(Number(headers['Retry-After'])).toBeGreaterThan(800);
  });

  it('lets the addresses go on that signed in to it, in whichever process, under their own count', async () => {
    const one = await givenPerson(people);
    const [home, mobile] = [nextAddress(), '2001:db8:99:1::17'];
    for (const address of [home, mobile])
      await people.sessions.signIn({ email: one.email, password: PASSWORD, address });
    const session = await people.sessions.signIn({ email: one.email, password: PASSWORD, address: home });
    await guess(one, 100);
    expect(await signIn(one, nextAddress())).toBe('RATE_LIMIT_EXCEEDED');
    expect(await signIn(one, home)).toMatchObject({ companyId: one.companyId });
    expect(await signIn(one, '2001:db8:99:1::2')).toMatchObject({ companyId: one.companyId });
    expect(await signIn(one, '2001:db8:99:2::17')).toBe('RATE_LIMIT_EXCEEDED');
    for (let failure = 0; failure < 10; failure += 1)
      expect(await signIn(one, home, 'not the password')).toBe('INVALID_CREDENTIALS');
    expect(await signIn(one, home)).toBe('RATE_LIMIT_EXCEEDED');
    expect(await elsewhere.sessions.refresh(session.refreshToken, nextAddress())).toBeInstanceOf(Object);
  });

  it('does not let an address go on from which nobody signed in for 90 days; that is forgotten', async () => {
    const one = await givenPerson(people);
    const address = nextAddress();
    await people.sessions.signIn({ email: one.email, password: PASSWORD, address });
    await people.database.write(
      "UPDATE known_addresses SET used_at = '2026-01-01 00:00:00.000' WHERE user_id = ?",
      [one.id],
    );
    await guess(one, 100);
    expect(await signIn(one, address)).toBe('RATE_LIMIT_EXCEEDED');
    expect(await people.knownAddresses.sweep()).toBe(1);
    expect(await people.knownAddresses.sweep()).toBe(0);
  });

  it('is told alike whether it exists or not', async () => {
    const nobody = { email: 'nobody-at-all@acme.example' };
    const outcomes = await guess(nobody, 101);
    expect(outcomes.filter((outcome) => outcome === 'RATE_LIMIT_EXCEEDED')).toHaveLength(1);
  });

  it('keeps at most 100 addresses, and none in clear', async () => {
    const one = await givenPerson(people);
    for (let n = 0; n < 105; n += 1) await people.knownAddresses.note(one, `192.0.2.${n}`);
    const rows = await people.database.select<{ mac: string }>(
      'SELECT mac FROM known_addresses WHERE user_id = ?',
      [one.id],
    );
    expect(rows.map(({ mac }) => /^[0-9a-f]{64}$/.test(mac))).toEqual(Array<boolean>(100).fill(true));
    expect(await people.knownAddresses.isKnown(one.email, '192.0.2.104')).toBe(true);
  });
});
