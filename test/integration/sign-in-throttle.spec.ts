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
beforeAll(async () => {
  open = await openPeople();
  ({ people } = open);
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
