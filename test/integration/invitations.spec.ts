import { BY_OPERATOR } from '../../src/audit/audit-context.js';
import type { Role } from '../../src/auth/principal/roles.js';
import { toSqlInstant } from '../../src/platform/database/instant.js';
import {
  accept,
  givenCompany,
  givenPerson,
  invite,
  newAddress,
  nextAddress,
  openPeople,
  type People,
  refusalOf,
  setRoles,
  type TwoProcesses,
  auditContextOf,
} from '../support/people/people.js';
import { PASSWORD } from '../support/people/usual-password.js';
import { FIRST_PAGE } from '../support/paging/pages.js';

let open: TwoProcesses;
let people: People;
/** Another process on the same database. */
let elsewhere: People;
beforeAll(async () => {
  open = await openPeople();
  ({ people, elsewhere } = open);
});
afterAll(() => open.close());

/** Someone who was made known without a way to sign in. */
async function givenWithoutPassword(companyId: string): Promise<{ id: string; email: string }> {
  const input = { email: newAddress(), companyId, roles: ['ROLE_ADMIN' as const] };
  return people.database.transaction((tx) => people.users.create(tx, input, BY_OPERATOR));
}

/** Invites someone as the operator of the service does. @returns the token of the link. */
async function inviteByOperator(companyId: string, email: string, roles: Role[]): Promise<string> {
  const input = { companyId, email, roles, by: BY_OPERATOR };
  const { link } = await people.database.transaction((tx) => people.invitations.invite(tx, input));
  return shownIn(link);
}

/** The token of a link. */
const shownIn = (link: string): string => link.slice(link.indexOf('#') + 1);

/** The addresses of the company's invitations that can still be accepted, the oldest first. */
function openInvitations(companyId: string): Promise<{ email: string }[]> {
  return people.database.select(
    'SELECT email FROM invitations WHERE company_id = ? AND accepted_at IS NULL AND expires_at > ? ORDER BY id',
    [companyId, toSqlInstant(new Date())],
  );
}

describe('an invitation', () => {
  it('makes an account with the password that its reader chooses, and a member with its roles', async () => {
    const admin = await givenPerson(people);
    const email = newAddress();
    await invite(people, email.toUpperCase(), admin, ['ROLE_VIEWER', 'ROLE_API_SECURITY']);
    await accept(people, await people.mail.tokenFor(email), 'the password of the new one');
    const member = (await people.users.list(admin.companyId, FIRST_PAGE)).items.find(
      (one) => one.email === email,
    );
    expect(member).toMatchObject({ verified: true, roles: ['ROLE_API_SECURITY', 'ROLE_VIEWER'] });
    const signedIn = await people.signIns.check({
      email,
      password: 'the password of the new one',
      address: nextAddress(),
    });
    expect(signedIn.id).toBe(member?.id);
  });

  it.each([1, 2, 3])('used twice at once makes one member (round %i)', async () => {
    const admin = await givenPerson(people);
    const email = newAddress();
    await invite(people, email, admin, ['ROLE_VIEWER']);
    const token = await people.mail.tokenFor(email);
    const outcomes = await Promise.all([
      refusalOf(accept(people, token, PASSWORD)),
      refusalOf(accept(elsewhere, token, `${PASSWORD} 2`)),
      refusalOf(accept(people, token, `${PASSWORD} 3`)),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'INVALID_INVITATION')).toHaveLength(2);
    expect((await people.users.list(admin.companyId, FIRST_PAGE)).items.map((one) => one.email)).toEqual([
      admin.email,
      email,
    ]);
  });

  it('works no more once it was used, withdrawn by another, or is 7 days old', async () => {
    const admin = await givenPerson(people);
    const [used, withdrawn, old] = [newAddress(), newAddress(), newAddress()];
    await invite(people, used, admin, ['ROLE_VIEWER']);
    await accept(people, await people.mail.tokenFor(used));
    expect(await refusalOf(accept(people, await people.mail.tokenFor(used)))).toBe('INVALID_INVITATION');
    await invite(people, withdrawn, admin, ['ROLE_ADMIN']);
    const first = await people.mail.tokenFor(withdrawn);
    await invite(people, withdrawn, admin, ['ROLE_VIEWER']);
    expect(await refusalOf(accept(people, first))).toBe('INVALID_INVITATION');
    const { id } = await invite(people, old, admin, ['ROLE_VIEWER']);
    await people.database.write(
      "UPDATE invitations SET expires_at = '2020-01-01 00:00:00.000' WHERE id = ?",
      [id],
    );
    expect(await refusalOf(accept(people, await people.mail.tokenFor(old)))).toBe('INVALID_INVITATION');
    expect(await openInvitations(admin.companyId)).toEqual([{ email: withdrawn }]);
  });

  it.each(['', 'eudr_inv_', `eudr_inv_${'0'.repeat(48)}`, `eudr_ref_${'0'.repeat(48)}`])(
    'is not %j',
    async (token) => {
      expect(await refusalOf(accept(people, token))).toBe('INVALID_INVITATION');
    },
  );

  it('has a link in the mail, and another one in the answer to who sends it', async () => {
    const admin = await givenPerson(people);
    const email = newAddress();
    const { link } = await invite(people, email, admin, ['ROLE_VIEWER']);
    const token = await people.mail.tokenFor(email);
    const begin = 'http://localhost:3000/console/invitation#';
    expect(people.mail.sent.at(-1)?.text.split('\n')).toContain(begin + token);
    expect(people.mail.sent.at(-1)?.text).not.toContain(shownIn(link));
    expect(link).toBe(begin + shownIn(link));
  });

  it('keeps no token, but its hash', async () => {
    const admin = await givenPerson(people);
    const email = newAddress();
    await invite(people, email, admin, ['ROLE_VIEWER']);
    const token = await people.mail.tokenFor(email);
    const rows = await people.database.select<{ hash: string }>('SELECT * FROM invitations');
    expect(JSON.stringify(rows)).not.toContain(token.slice('eudr_inv_'.length));
    const withoutHashes = rows.map((row) => ({ ...row, hash: '', mail_hash: '' }));
    expect(JSON.stringify(withoutHashes)).not.toMatch(/[0-9a-f]{48}/);
  });

  it('grants no role that its sender does not have, when it is sent', async () => {
    const { companyId } = await givenPerson(people);
    const by = await givenPerson(people, { companyId, roles: ['ROLE_API_SECURITY'] });
    expect(await refusalOf(invite(people, newAddress(), by, ['ROLE_ADMIN']))).toBe('FORBIDDEN');
    expect(await refusalOf(invite(people, newAddress(), by, ['ROLE_VIEWER']))).toBe('FORBIDDEN');
    expect(await invite(people, newAddress(), by, ['ROLE_API_SECURITY'])).toMatchObject({
      id: expect.any(String),
    });
  });

  it('grants none that its sender has lost, when it is accepted', async () => {
    const admin = await givenPerson(people);
    const by = await givenPerson(people, { companyId: admin.companyId });
    const email = newAddress();
    await invite(people, email, by, ['ROLE_ADMIN']);
    await setRoles(people, by, admin, ['ROLE_VIEWER']);
    expect(await refusalOf(accept(people, await people.mail.tokenFor(email)))).toBe('INVALID_INVITATION');
    expect(await people.users.findByEmail(email)).toBeNull();
  });

  it('never sets the password of an account that has one, and asks for it', async () => {
    const [admin, one] = [await givenPerson(people), await givenPerson(people)];
    await invite(people, one.email, admin, ['ROLE_VIEWER']);
    const token = await people.mail.tokenFor(one.email);
    expect(await refusalOf(accept(people, token, 'a password by another'))).toBe('INVALID_CREDENTIALS');
    expect(await accept(people, token, PASSWORD)).toMatchObject({
      companyId: admin.companyId,
      user: { id: one.id },
    });
    const { email } = one;
    expect((await people.signIns.check({ email, password: PASSWORD, address: nextAddress() })).id).toBe(
      one.id,
    );
  });

  it('gives no password by the link that its sender sees to an account that has none', async () => {
    const [admin, { companyId }] = [await givenPerson(people), await givenPerson(people)];
    const { email } = await givenWithoutPassword(companyId);
    const { link } = await invite(people, email, admin, ['ROLE_VIEWER']);
    expect(await refusalOf(accept(people, shownIn(link)))).toBe('INVALID_CREDENTIALS');
    expect((await people.users.findByEmail(email))?.passwordHash).toBeNull();
  });

  it('is not sent to a member', async () => {
    const admin = await givenPerson(people);
    expect(await refusalOf(invite(people, admin.email, admin, ['ROLE_VIEWER']))).toBe('CONFLICT');
  });

  it('by the operator grants any role, to the first of a company as well', async () => {
    const [companyId, email] = [await givenCompany(people), newAddress()];
    await accept(people, await inviteByOperator(companyId, email, ['ROLE_ADMIN']));
    expect((await people.users.list(companyId, FIRST_PAGE)).items).toMatchObject([
      { email, roles: ['ROLE_ADMIN'] },
    ]);
  });

  it('by the operator gives its first password to an account that has none', async () => {
    const { id, email } = await givenWithoutPassword(await givenCompany(people));
    const elsewhereToo = await givenCompany(people);
    await accept(people, await inviteByOperator(elsewhereToo, email, ['ROLE_VIEWER']));
    expect((await people.signIns.check({ email, password: PASSWORD, address: nextAddress() })).id).toBe(id);
  });

  it('by the operator never sets the password of an account that has one', async () => {
    const { email } = await givenPerson(people);
    const token = await inviteByOperator(await givenCompany(people), email, ['ROLE_VIEWER']);
    expect(await refusalOf(accept(people, token, 'a password by another'))).toBe('INVALID_CREDENTIALS');
  });

  describe('on an account that its inviter made by the link that they saw', () => {
    async function givenClaimed(): Promise<{ email: string; id: string }> {
      const email = newAddress();
      const { link } = await invite(people, email, await givenPerson(people), ['ROLE_VIEWER']);
      await accept(people, shownIn(link), 'the password of the inviter');
      const { id, verified } = (await people.users.findByEmail(email)) as { id: string; verified: boolean };
      expect(Boolean(verified)).toBe(false);
      return { email, id };
    }

    it('joins no other company by a link that another inviter saw', async () => {
      const { email } = await givenClaimed();
      const { link } = await invite(people, email, await givenPerson(people), ['ROLE_ADMIN']);
      const refused = accept(people, shownIn(link), 'the password of the inviter');
      expect(await refusalOf(refused)).toBe('MAILED_LINK_NEEDED');
    });

    it('sets a new password by the mailed link, and ends what was made before', async () => {
      const { email, id } = await givenClaimed();
      const thief = { email, password: 'the password of the inviter', address: nextAddress() };
      const { accessToken } = await people.sessions.signIn(thief);
      await invite(people, email, await givenPerson(people), ['ROLE_ADMIN']);
      await accept(people, await people.mail.tokenFor(email), PASSWORD);
      expect(Boolean((await people.users.findById(id))?.verified)).toBe(true);
      expect(await refusalOf(people.verifier.verify(accessToken, nextAddress()))).toBe('INVALID_TOKEN');
      expect(await refusalOf(people.signIns.check({ ...thief, address: nextAddress() }))).toBe(
        'INVALID_CREDENTIALS',
      );
      const owner = { email, password: PASSWORD, address: nextAddress() };
      expect((await people.signIns.check(owner)).id).toBe(id);
    });
  });

  it('is not sent when its transaction fails', async () => {
    const admin = await givenPerson(people);
    const email = newAddress();
    const failing = people.database.transaction(async (tx) => {
      await people.invitations.invite(tx, {
        ...admin,
        email,
        roles: ['ROLE_VIEWER'],
        by: auditContextOf(admin),
      });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(people.mail.sent.filter(({ to }) => to === email)).toEqual([]);
  });
});
