import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  accept,
  givenPerson,
  invite,
  newAddress,
  nextAddress,
  openPeople,
  PASSWORD,
  type People,
  refusalOf,
  setRoles,
  type TwoProcesses,
  actOf,
} from '../support/people.js';

let open: TwoProcesses;
let people: People;
/** Another process on the same database. */
let elsewhere: People;
beforeAll(async () => {
  open = await openPeople();
  ({ people, elsewhere } = open);
});
afterAll(() => open.close());

describe('an invitation', () => {
  it('makes an account with the password that its reader chooses, and a member with its roles', async () => {
    const admin = await givenPerson(people);
    const email = newAddress();
    await invite(people, email.toUpperCase(), admin, ['ROLE_VIEWER', 'ROLE_API_SECURITY']);
    await accept(people, await people.mail.tokenFor(email), 'the password of the new one');
    const member = (await people.users.list(admin.companyId)).find((one) => one.email === email);
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
    expect((await people.users.list(admin.companyId)).map((one) => one.email)).toEqual([admin.email, email]);
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
    expect((await people.invitations.pending(admin.companyId)).map(({ email }) => email)).toEqual([
      withdrawn,
    ]);
  });

  it.each(['', 'eudr_inv_', `eudr_inv_${'0'.repeat(48)}`, `eudr_ref_${'0'.repeat(48)}`])(
    'is not %j',
    async (token) => {
      expect(await refusalOf(accept(people, token))).toBe('INVALID_INVITATION');
    },
  );

  it('keeps no token, and lists none', async () => {
    const admin = await givenPerson(people);
    const email = newAddress();
    await invite(people, email, admin, ['ROLE_VIEWER']);
    const token = await people.mail.tokenFor(email);
    const rows = await people.database.select('SELECT * FROM invitations');
    expect(JSON.stringify(rows)).not.toContain(token.slice('eudr_inv_'.length));
    expect(JSON.stringify(await people.invitations.pending(admin.companyId))).not.toMatch(/[0-9a-f]{48}/);
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

  it('is not sent to a member', async () => {
    const admin = await givenPerson(people);
    expect(await refusalOf(invite(people, admin.email, admin, ['ROLE_VIEWER']))).toBe('CONFLICT');
  });

  it('is not sent when its transaction fails', async () => {
    const admin = await givenPerson(people);
    const email = newAddress();
    const failing = people.database.transaction(async (tx) => {
      await people.invitations.invite(tx, { ...admin, email, roles: ['ROLE_VIEWER'], by: actOf(admin) });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(people.mail.sent.filter(({ to }) => to === email)).toEqual([]);
  });
});
