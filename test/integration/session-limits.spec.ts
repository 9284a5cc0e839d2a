import type { SignedIn } from '../../src/identity/sessions/sessions.service.js';
import { toIsoInstant, toSqlInstant } from '../../src/platform/database/instant.js';
import { daysAgo } from '../support/webhooks/outbox-rows.js';
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
/** Another process on the same database and data folder. */
let elsewhere: People;
beforeAll(async () => {
  open = await openPeople();
  ({ people, elsewhere } = open);
});
afterAll(() => open.close());

const signIn = ({ email }: Person): Promise<SignedIn> =>
  people.sessions.signIn({ email, password: PASSWORD, address: nextAddress() });
const sessionOf = async ({ accessToken }: { accessToken: string }): Promise<string> =>
  (await people.jwts.verify(accessToken)).credentialId;
/** The code that a token is refused with, or whose it is. */
const holderOf = (jwt: string, in_ = people): Promise<unknown> =>
  refusalOf(in_.verifier.verify(jwt, nextAddress()).then(({ userId }) => userId));

async function endOf(sessionId: string): Promise<string | null | undefined> {
  const [row] = await people.database.select<{ ended_reason: string | null }>(
    'SELECT ended_reason FROM sessions WHERE id = ?',
    [sessionId],
  );
  return row?.ended_reason;
}

/** As if a session had begun and been refreshed so long ago. */
async function givenLongAgo(session: string, days: number): Promise<void> {
  const at = toSqlInstant(daysAgo(days));
  await people.database.write('UPDATE refresh_tokens SET created_at = ? WHERE session_id = ?', [at, session]);
  await people.database.write('UPDATE sessions SET created_at = ?, refreshed_at = ? WHERE id = ?', [
    at,
    at,
    session,
  ]);
}

describe('a refresh token', () => {
  it('that was not used for seven days ends its session', async () => {
    const one = await givenPerson(people);
    const signedIn = await signIn(one);
    await givenLongAgo(await sessionOf(signedIn), 7.01);
    expect(await refusalOf(people.sessions.refresh(signedIn.refreshToken, nextAddress()))).toBe(
      'INVALID_TOKEN',
    );
    expect(await endOf(await sessionOf(signedIn))).toBe('IDLE');
    const almost = await signIn(one);
    await givenLongAgo(await sessionOf(almost), 6.99);
    expect(await people.sessions.refresh(almost.refreshToken, nextAddress())).toBeInstanceOf(Object);
  });
});

describe('of too many sessions', () => {
  const MOST = 50;

  it('of one person the oldest ends when a new one comes, also when many come at once', async () => {
    const one = await givenPerson(people);
    const first = await signIn(one);
    const live = async (): Promise<number> =>
      (
        await people.database.select('SELECT id FROM sessions WHERE user_id = ? AND ended_at IS NULL', [
          one.id,
        ])
      ).length;
    for (let n = 1; n < MOST; n += 7) await Promise.all(Array.from({ length: 7 }, () => signIn(one)));
    expect([await live(), await holderOf(first.accessToken)]).toEqual([MOST, one.id]);
    const last = await signIn(one);
    expect([await live(), await holderOf(first.accessToken, elsewhere)]).toEqual([MOST, 'INVALID_TOKEN']);
    expect([await endOf(await sessionOf(first)), await holderOf(last.accessToken)]).toEqual([
      'TOO_MANY',
      one.id,
    ]);
    const told = await people.database.select<{ details: string }>(
      "SELECT details FROM audit_entries WHERE action = 'session.ended' AND target_id = ?",
      [await sessionOf(first)],
    );
    expect(told.map(({ details }) => JSON.parse(details) as object)).toMatchObject([{ reason: 'TOO_MANY' }]);
  });

  it('those of scripts end with their access token, and count no longer', async () => {
    const one = await givenPerson(people);
    await people.sessions.signInOnce({ email: one.email, password: PASSWORD, address: nextAddress() });
    const [row] = await people.database.select<{ id: string; expires_at: string }>(
      'SELECT id, expires_at FROM sessions WHERE user_id = ?',
      [one.id],
    );
    const ends = new Date(toIsoInstant(row?.expires_at as string)).getTime();
    expect(ends - Date.now()).toBeLessThanOrEqual(3_660_000);
    const tokens = 'SELECT hash FROM refresh_tokens WHERE session_id = ?';
    expect(await people.database.select(tokens, [row?.id as string])).toEqual([]);
  });
});

describe('the job for idle sessions', () => {
  it('ends those that nobody went on with, and finds out when the version before refreshed one', async () => {
    const [one, other] = [await givenPerson(people), await givenPerson(people)];
    const [idle, alive, over] = [await signIn(one), await signIn(one), await signIn(other)];
    const ids = await Promise.all([idle, alive, over].map(sessionOf));
    const [idleId, aliveId, overId] = ids as [string, string, string];
    for (const id of ids) await givenLongAgo(id, 8);
    await people.database.write('UPDATE sessions SET refreshed_at = NULL WHERE id = ?', [aliveId]);
    await people.database.write('UPDATE refresh_tokens SET created_at = ? WHERE session_id = ?', [
      toSqlInstant(daysAgo(2)),
      aliveId,
    ]);
    await people.database.write('UPDATE sessions SET expires_at = ? WHERE id = ?', [
      toSqlInstant(daysAgo(1)),
      overId,
    ]);
    while ((await people.idleSessions.step()) > 0);
    expect(await Promise.all([idleId, aliveId, overId].map(endOf))).toEqual(['IDLE', null, 'EXPIRED']);
    const told = await people.database.select(
      "SELECT target_id FROM audit_entries WHERE action = 'session.ended' AND target_id IN (?, ?, ?)",
      ids,
    );
    expect(told).toEqual([{ target_id: idleId }]);
    expect(await people.sessions.refresh(alive.refreshToken, nextAddress())).toBeInstanceOf(Object);
  });
});
