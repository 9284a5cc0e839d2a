import { createHmac } from 'node:crypto';
import { hashToken } from '../../src/auth/credentials/token-format.js';
import { BY_OPERATOR } from '../../src/audit/audit-context.js';
import { SessionSweep } from '../../src/identity/sessions/session-sweep.js';
import type { SignedIn } from '../../src/identity/sessions/sessions.service.js';
import { AppError } from '../../src/platform/errors/app-error.js';
import { leastIdAt } from '../../src/platform/ids/ids.js';
import { daysAgo } from '../support/webhooks/outbox-rows.js';
import {
  givenCompany,
  givenPerson,
  nextAddress,
  openPeople,
  type People,
  type Person,
  refusalOf,
  type TwoProcesses,
  auditContextOf,
} from '../support/people/people.js';
import { expectInTime } from '../support/waiting/measured.js';
import { PASSWORD } from '../support/people/usual-password.js';
import { until } from '../support/processes/processes.js';

const NEW_PASSWORD = 'another battery, a better one';

let open: TwoProcesses;
let people: People;
/** Another process on the same database and data folder. */
let elsewhere: People;
beforeAll(async () => {
  open = await openPeople();
  ({ people, elsewhere } = open);
});
afterAll(() => open.close());

const signIn = ({ email }: Person, password = PASSWORD, companyId?: string): Promise<SignedIn> =>
  people.sessions.signIn({ email, password, address: nextAddress(), ...(companyId ? { companyId } : {}) });
const sessionOf = async ({ accessToken }: { accessToken: string }): Promise<string> =>
  (await people.jwts.verify(accessToken)).credentialId;
/** The code that a token is refused with, or whose it is. */
const holderOf = (jwt: string, in_ = people): Promise<unknown> =>
  refusalOf(in_.verifier.verify(jwt, nextAddress()).then(({ userId }) => userId));
const changePassword = async (one: Person, signedIn: SignedIn, current = PASSWORD): Promise<void> =>
  people.passwordChange.change({
    userId: one.id,
    sessionId: await sessionOf(signedIn),
    current,
    input: NEW_PASSWORD,
    keepTokens: false,
    address: nextAddress(),
  });

async function endOf(sessionId: string): Promise<string | null | undefined> {
  const [row] = await people.database.select<{ ended_reason: string | null }>(
    'SELECT ended_reason FROM sessions WHERE id = ?',
    [sessionId],
  );
  return row?.ended_reason;
}

/** As if a session's tokens that are used up had been used long ago. */
const usedLongAgo = (session: string): Promise<number> =>
  people.database.write(
    "UPDATE refresh_tokens SET used_at = '2026-01-01 00:00:00.000' WHERE session_id = ? AND used_at IS NOT NULL",
    [session],
  );

describe('signing in', () => {
  it('gives an access token of an hour and a refresh token, for the default company', async () => {
    const one = await givenPerson(people);
    const signedIn = await signIn(one);
    expect(signedIn).toMatchObject({
      user: { id: one.id, email: one.email },
      companyId: one.companyId,
      roles: ['ROLE_ADMIN'],
      refreshToken: expect.stringMatching(/^eudr_ref_[0-9a-f]{48}$/),
    });
    const content = await people.verifier.verify(signedIn.accessToken, nextAddress());
    expect(content).toMatchObject({ kind: 'session', userId: one.id, companyId: one.companyId });
    const life = content.expiresAt.getTime() - Date.now();
    expect(life).toBeGreaterThan(3_590_000);
    expect(life).toBeLessThanOrEqual(3_600_000);
  });

  it('is refused alike for a wrong password, an unknown, a disabled and an unfinished account', async () => {
    const admin = await givenPerson(people);
    const { companyId } = admin;
    const disabled = await givenPerson(people, { companyId });
    await people.database.transaction((tx) =>
      people.members.disable(tx, { companyId, userId: disabled.id, by: auditContextOf(admin) }),
    );
    const unfinished = await people.database.transaction((tx) =>
      people.users.create(tx, { email: `x${admin.email}`, companyId, roles: ['ROLE_VIEWER'] }, BY_OPERATOR),
    );
    const attempts = [
      signIn(admin, `${PASSWORD}!`),
      signIn({ ...admin, email: 'nobody@acme.example' }),
      signIn(disabled),
      signIn({ ...admin, email: unfinished.email }),
      signIn({ ...admin, email: '' }),
    ];
    const errors = await Promise.all(attempts.map((attempt) => attempt.catch((error: unknown) => error)));
    const shown = errors.map((error) => {
      expect(error).toBeInstanceOf(AppError);
      const { kind, message, details, headers } = error as AppError;
      return JSON.stringify([kind, message, details, headers]);
    });
    expect(new Set(shown).size).toBe(1);
    expect(shown[0]).toContain('INVALID_CREDENTIALS');
  });

  it('takes one of several companies by name, and no other', async () => {
    const [one, abroad] = [await givenPerson(people), await givenPerson(people)];
    const companyId = abroad.companyId;
    expect(await refusalOf(signIn(one, PASSWORD, companyId))).toBe('VALIDATION_ERROR');
    await people.database.transaction((tx) => people.users.join(tx, one.id, companyId, ['ROLE_VIEWER']));
    expect(await signIn(one, PASSWORD, companyId)).toMatchObject({ companyId, roles: ['ROLE_VIEWER'] });
    expect(await signIn(one)).toMatchObject({ companyId: one.companyId });
  });

  it('to no company is refused, and to the one that is left is not', async () => {
    const admin = await givenPerson(people);
    const one = await givenPerson(people, { companyId: admin.companyId, roles: ['ROLE_VIEWER'] });
    const leave = { companyId: admin.companyId, userId: one.id, by: auditContextOf(admin) };
    await people.database.transaction((tx) => people.members.remove(tx, leave));
    expect(await refusalOf(signIn(one))).toBe('NO_COMPANY');
    const companyId = await givenCompany(people);
    await people.database.transaction((tx) => people.users.join(tx, one.id, companyId, ['ROLE_VIEWER']));
    expect(await signIn(one)).toMatchObject({ companyId });
  });

  it('stores a password anew that was stored by weaker parameters', async () => {
    const one = await givenPerson(people);
    const { hash } = await import('@node-rs/argon2');
    const weak = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1 });
    await people.database.write('UPDATE users SET password_hash = ? WHERE id = ?', [weak, one.id]);
    await signIn(one);
    expect((await people.users.findById(one.id))?.passwordHash).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    await signIn(one);
  });

  it('keeps no token that it gave', async () => {
    const signedIn = await signIn(await givenPerson(people));
    const rows = await people.database.select('SELECT * FROM refresh_tokens');
    expect(JSON.stringify(rows)).not.toContain(signedIn.refreshToken.slice('eudr_ref_'.length));
  });
});

describe('a refresh token', () => {
  it('is exchanged for new tokens of the same session, time and again', async () => {
    const one = await givenPerson(people);
    const signedIn = await signIn(one);
    const first = await people.sessions.refresh(signedIn.refreshToken, nextAddress());
    const second = await elsewhere.sessions.refresh(first.refreshToken, nextAddress());
    expect(new Set([signedIn, first, second].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    const sessions = await Promise.all([signedIn, first, second].map(sessionOf));
    expect(new Set(sessions).size).toBe(1);
    for (const { accessToken } of [signedIn, first, second])
      expect(await holderOf(accessToken, elsewhere)).toBe(one.id);
  });

  it('shown again within ten seconds gives the same successor, in whichever process', async () => {
    const one = await givenPerson(people);
    const signedIn = await signIn(one);
    const outcomes = await Promise.all(
      [people, elsewhere, people, elsewhere].map(({ sessions }) =>
        sessions.refresh(signedIn.refreshToken, nextAddress()),
      ),
    );
    const again = await elsewhere.sessions.refresh(signedIn.refreshToken, nextAddress());
    const all = [...outcomes, again];
    expect(new Set(all.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    for (const { accessToken } of all) expect(await holderOf(accessToken)).toBe(one.id);
    expect(await people.sessions.refresh(again.refreshToken, nextAddress())).toMatchObject({
      refreshToken: expect.not.stringMatching(again.refreshToken),
    });
  });

  it('is not told from the one before by what the database holds', async () => {
    const signedIn = await signIn(await givenPerson(people));
    const { refreshToken } = await people.sessions.refresh(signedIn.refreshToken, nextAddress());
    const rows = JSON.stringify(await people.database.select('SELECT * FROM refresh_tokens'));
    const digits = refreshToken.slice('eudr_ref_'.length);
    expect(rows).not.toContain(digits);
    for (const key of [signedIn.refreshToken, hashToken(signedIn.refreshToken)])
      expect(createHmac('sha256', key).update(signedIn.refreshToken).digest('hex')).not.toContain(digits);
  });

  it.each([
    ['later', (session: string) => usedLongAgo(session)],
    ['after its successor was used', () => Promise.resolve()],
  ])('shown again %s ends the session with all its tokens', async (when, wait) => {
    const one = await givenPerson(people);
    const [signedIn, unconcerned] = [await signIn(one), await signIn(one)];
    const given = [signedIn, await people.sessions.refresh(signedIn.refreshToken, nextAddress())];
    if (when !== 'later')
      given.push(await people.sessions.refresh((given[1] as SignedIn).refreshToken, nextAddress()));
    await wait(await sessionOf(signedIn));
    for (const { refreshToken } of [signedIn, given.at(-1) as SignedIn])
      expect(await refusalOf(people.sessions.refresh(refreshToken, nextAddress()))).toBe('INVALID_TOKEN');
    for (const { accessToken } of given) expect(await holderOf(accessToken)).toBe('INVALID_TOKEN');
    expect(await endOf(await sessionOf(signedIn))).toBe('REFRESH_REUSED');
    expect(await holderOf(unconcerned.accessToken)).toBe(one.id);
  });

  it('does not work within ten seconds after signing out either', async () => {
    const signedIn = await signIn(await givenPerson(people));
    await people.sessions.refresh(signedIn.refreshToken, nextAddress());
    await people.sessions.signOut(await sessionOf(signedIn), BY_OPERATOR);
    expect(await refusalOf(people.sessions.refresh(signedIn.refreshToken, nextAddress()))).toBe(
      'INVALID_TOKEN',
    );
    expect(await endOf(await sessionOf(signedIn))).toBe('SIGNED_OUT');
  });

  it.each(['', 'eudr_ref_', `eudr_ref_${'0'.repeat(48)}`, `eudr_inv_${'0'.repeat(48)}`, 'x'.repeat(9999)])(
    'is not %j',
    async (raw) => {
      expect(await refusalOf(people.sessions.refresh(raw, nextAddress()))).toBe('INVALID_TOKEN');
    },
  );

  it('works no more when its session is over or its owner left', async () => {
    const admin = await givenPerson(people);
    const { companyId } = admin;
    const one = await givenPerson(people, { companyId, roles: ['ROLE_VIEWER'] });
    const [over, left] = [await signIn(admin), await signIn(one)];
    await people.database.write("UPDATE sessions SET expires_at = '2020-01-01 00:00:00.000' WHERE id = ?", [
      await sessionOf(over),
    ]);
    await people.database.transaction((tx) =>
      people.members.remove(tx, { companyId, userId: one.id, by: auditContextOf(admin) }),
    );
    for (const { refreshToken } of [over, left])
      expect(await refusalOf(people.sessions.refresh(refreshToken, nextAddress()))).toBe('INVALID_TOKEN');
  });
});

describe('a session', () => {
  it('is ended by signing out, and no other with it', async () => {
    const one = await givenPerson(people);
    const [here, there] = [await signIn(one), await signIn(one)];
    await people.sessions.signOut(await sessionOf(here), BY_OPERATOR);
    expect(await holderOf(here.accessToken)).toBe('INVALID_TOKEN');
    expect(await refusalOf(people.sessions.refresh(here.refreshToken, nextAddress()))).toBe('INVALID_TOKEN');
    expect(await holderOf(there.accessToken)).toBe(one.id);
  });

  it('goes on over a change of password that was made in it, and all others end', async () => {
    const one = await givenPerson(people);
    const [here, there] = [await signIn(one), await signIn(one)];
    await changePassword(one, here);
    expect(await holderOf(here.accessToken)).toBe(one.id);
    expect(await holderOf(there.accessToken)).toBe('INVALID_TOKEN');
    expect(await refusalOf(people.sessions.refresh(there.refreshToken, nextAddress()))).toBe('INVALID_TOKEN');
    expect(await endOf(await sessionOf(there))).toBe('PASSWORD_CHANGED');
    expect(await refusalOf(signIn(one))).toBe('INVALID_CREDENTIALS');
    expect(await signIn(one, NEW_PASSWORD)).toMatchObject({ companyId: one.companyId });
  });

  it('is not ended by a change of password that is refused', async () => {
    const one = await givenPerson(people);
    const [here, there] = [await signIn(one), await signIn(one)];
    expect(await refusalOf(changePassword(one, here, 'not the password'))).toBe('INVALID_CREDENTIALS');
    expect(await holderOf(there.accessToken)).toBe(one.id);
    await signIn(one);
  });

  it.each([1, 2, 3])('begun with the old password while it changes does not survive (round %i)', async () => {
    const one = await givenPerson(people);
    const here = await signIn(one);
    const attempts = Array.from({ length: 4 }, () => refusalOf(signIn(one)));
    await changePassword(one, here);
    for (const outcome of await Promise.all(attempts)) {
      const begun = outcome as string | SignedIn;
      if (typeof begun === 'string') expect(begun).toBe('INVALID_CREDENTIALS');
      else expect(await holderOf(begun.accessToken)).toBe('INVALID_TOKEN');
    }
  });

  it('ends for good when its owner is disabled', async () => {
    const admin = await givenPerson(people);
    const { companyId } = admin;
    const one = await givenPerson(people, { companyId, roles: ['ROLE_VIEWER'] });
    const signedIn = await signIn(one);
    const change = { companyId, userId: one.id, by: auditContextOf(admin) };
    await people.database.transaction((tx) => people.members.disable(tx, change));
    expect(await holderOf(signedIn.accessToken)).toBe('INVALID_TOKEN');
    await people.database.transaction((tx) => people.members.enable(tx, change));
    expect(await holderOf(signedIn.accessToken)).toBe('INVALID_TOKEN');
    expect(await refusalOf(people.sessions.refresh(signedIn.refreshToken, nextAddress()))).toBe(
      'INVALID_TOKEN',
    );
  });

  it('names nobody else, whatever its token says', async () => {
    const [one, other] = [await givenPerson(people), await givenPerson(people)];
    const content = await people.jwts.verify((await signIn(one)).accessToken);
    const claims = [{ userId: other.id }, { companyId: other.companyId }, { credentialId: 'ses_none' }];
    for (const claim of claims)
      expect(await holderOf(await people.jwts.issue({ ...content, ...claim }))).toBe('INVALID_TOKEN');
    expect(await holderOf(await people.jwts.issue({ ...content, kind: 'private' }))).toBe('INVALID_TOKEN');
  });

  it('that is known already is dead at once where it ends, and soon elsewhere', async () => {
    const one = await givenPerson(people);
    const { accessToken } = await signIn(one);
    const both = [people, elsewhere];
    for (const { epoch } of both) epoch.onApplicationBootstrap();
    try {
      for (const { epoch, verifier } of both) {
        await until(() => Promise.resolve(epoch.isFresh()));
        await verifier.verify(accessToken, nextAddress());
      }
      await people.sessions.signOut(await sessionOf({ accessToken }), BY_OPERATOR);
      const endedAt = performance.now();
      expect(await holderOf(accessToken)).toBe('INVALID_TOKEN');
      await until(async () => (await holderOf(accessToken, elsewhere)) === 'INVALID_TOKEN');
      expectInTime(performance.now() - endedAt, 1_500);
    } finally {
      for (const { epoch } of both) epoch.beforeApplicationShutdown();
    }
  });
});

describe('the sweep', () => {
  it('forgets sessions with their refresh tokens after 60 days, and keeps the younger', async () => {
    const kept = await signIn(await givenPerson(people));
    const old = await signIn(await givenPerson(people));
    const [was, becomes] = [await sessionOf(old), leastIdAt('ses', daysAgo(61))];
    await people.database.write('UPDATE sessions SET id = ? WHERE id = ?', [becomes, was]);
    await people.database.write('UPDATE refresh_tokens SET session_id = ? WHERE session_id = ?', [
      becomes,
      was,
    ]);
    const sweep = new SessionSweep(people.database);
    const steps: number[] = [];
    for (let gone = await sweep.step(); gone > 0; gone = await sweep.step()) steps.push(gone);
    expect(steps).toEqual([1, 1]);
    expect(await refusalOf(people.sessions.refresh(old.refreshToken, nextAddress()))).toBe('INVALID_TOKEN');
    expect(await people.sessions.refresh(kept.refreshToken, nextAddress())).toMatchObject({
      accessToken: expect.any(String),
    });
  });
});
