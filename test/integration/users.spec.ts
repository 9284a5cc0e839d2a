import { BY_OPERATOR } from '../../src/audit/audit-context.js';
import { Membership } from '../../src/identity/users/membership.entity.js';
import type { Role } from '../../src/auth/principal/roles.js';
import { settledOrWaiting, newSignal } from '../support/waiting/signal.js';
import {
  accept,
  givenCompany,
  givenPerson,
  invite,
  newAddress,
  openPeople,
  type People,
  type Person,
  refusalOf,
  setRoles,
  type TwoProcesses,
  auditContextOf,
} from '../support/people/people.js';
import { FIRST_PAGE } from '../support/paging/pages.js';

const ROUNDS = 5;

let open: TwoProcesses;
let people: People;
/** Another process on the same database. */
let elsewhere: People;
beforeAll(async () => {
  open = await openPeople();
  ({ people, elsewhere } = open);
});
afterAll(() => open.close());

const act = (
  what: 'remove' | 'disable' | 'enable',
  one: Person,
  by: Person,
  in_ = people,
): Promise<unknown> =>
  in_.database.transaction<unknown>((tx) =>
    in_.members[what](tx, { companyId: one.companyId, userId: one.id, by: auditContextOf(by) }),
  );
const rolesOf = async ({ id, companyId }: Person): Promise<Role[] | undefined> =>
  (await people.users.list(companyId, FIRST_PAGE)).items.find((member) => member.id === id)?.roles;
const activeAdmins = async (companyId: string): Promise<number> =>
  (await people.users.list(companyId, FIRST_PAGE)).items.filter(
    ({ roles, disabledAt }) => roles.includes('ROLE_ADMIN') && disabledAt === null,
  ).length;

describe('an account', () => {
  it('is found in whatever case its address is written, and is made once only', async () => {
    const { id, email, companyId } = await givenPerson(people);
    expect((await people.users.findByEmail(email.toUpperCase()))?.id).toBe(id);
    const again = { email: email.toUpperCase(), companyId, roles: ['ROLE_VIEWER' as const] };
    expect(
      await refusalOf(people.database.transaction((tx) => people.users.create(tx, again, BY_OPERATOR))),
    ).toBe('CONFLICT');
  });

  it('is made once by two who make it at once', async () => {
    const companyId = await givenCompany(people);
    const input = { email: newAddress(), companyId, roles: ['ROLE_VIEWER' as const] };
    const make = (in_: People): Promise<unknown> =>
      refusalOf(in_.database.transaction((tx) => in_.users.create(tx, input, BY_OPERATOR)));
    const outcomes = await Promise.all([make(people), make(elsewhere)]);
    expect(outcomes.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(1);
    expect((await people.users.list(companyId, FIRST_PAGE)).items).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['an address that is none', { email: 'nobody' }],
    ['a short password', { password: 'short' }],
    ['no role', { roles: [] }],
  ])('is refused with %s', async (_what, more) => {
    const companyId = await givenCompany(people);
    const input = { email: newAddress(), companyId, roles: ['ROLE_VIEWER' as const], ...more };
    expect(
      await refusalOf(people.database.transaction((tx) => people.users.create(tx, input, BY_OPERATOR))),
    ).toBe('VALIDATION_ERROR');
    expect((await people.users.list(companyId, FIRST_PAGE)).items).toEqual([]);
  });
});

describe('roles', () => {
  it('are granted and taken away by who has them', async () => {
    const admin = await givenPerson(people);
    const viewer = await givenPerson(people, { companyId: admin.companyId, roles: ['ROLE_VIEWER'] });
    const member = await setRoles(people, viewer, admin, [
      'ROLE_API_SECURITY',
      'ROLE_VIEWER',
      'ROLE_API_SECURITY',
    ]);
    expect(member).toMatchObject({ id: viewer.id, roles: ['ROLE_API_SECURITY', 'ROLE_VIEWER'] });
  });

  it.each<[string, Role[], Role[], Role[]]>([
    ['grants a role', ['ROLE_API_SECURITY'], ['ROLE_VIEWER'], ['ROLE_MANAGE_INTEGRATIONS']],
    ['grants all of them', ['ROLE_API_SECURITY'], ['ROLE_VIEWER'], ['ROLE_ADMIN']],
    ['takes one away', ['ROLE_VIEWER'], ['ROLE_API_SECURITY', 'ROLE_VIEWER'], ['ROLE_VIEWER']],
  ])('nobody %s without having it', async (_what, held, present, input) => {
    const { companyId } = await givenPerson(people);
    const [by, one] = [
      await givenPerson(people, { companyId, roles: held }),
      await givenPerson(people, { companyId, roles: present }),
    ];
    expect(await refusalOf(setRoles(people, one, by, input))).toBe('FORBIDDEN');
    expect(await rolesOf(one)).toEqual(present);
  });

  it('nobody raises themselves', async () => {
    const { companyId } = await givenPerson(people);
    const one = await givenPerson(people, { companyId, roles: ['ROLE_API_SECURITY'] });
    expect(await refusalOf(setRoles(people, one, one, ['ROLE_ADMIN']))).toBe('FORBIDDEN');
  });

  it('a role that stays is not granted anew', async () => {
    const { companyId } = await givenPerson(people);
    const by = await givenPerson(people, { companyId, roles: ['ROLE_API_SECURITY'] });
    const one = await givenPerson(people, { companyId, roles: ['ROLE_MANAGE_INTEGRATIONS'] });
    const input: Role[] = ['ROLE_MANAGE_INTEGRATIONS', 'ROLE_API_SECURITY'];
    expect(await setRoles(people, one, by, input)).toMatchObject({ roles: input });
  });

  it('an administrator of another company has no say, and sees nobody', async () => {
    const [admin, stranger] = [await givenPerson(people), await givenPerson(people)];
    const viewer = await givenPerson(people, { companyId: admin.companyId, roles: ['ROLE_VIEWER'] });
    expect(await refusalOf(setRoles(people, viewer, stranger, ['ROLE_API_SECURITY']))).toBe('FORBIDDEN');
    const asIfTheirs = { ...viewer, companyId: stranger.companyId };
    expect(await refusalOf(setRoles(people, asIfTheirs, stranger, ['ROLE_API_SECURITY']))).toBe('NOT_FOUND');
  });

  it('someone who was disabled grants nothing', async () => {
    const admin = await givenPerson(people);
    const other = await givenPerson(people, { companyId: admin.companyId });
    await act('disable', other, admin);
    expect(await refusalOf(invite(people, newAddress(), other, ['ROLE_VIEWER']))).toBe('FORBIDDEN');
  });
});

describe('the last administrator', () => {
  it.each<[string, (one: Person) => Promise<unknown>]>([
    ['loses no role', (one) => setRoles(people, one, one, ['ROLE_VIEWER'])],
    ['is not removed', (one) => act('remove', one, one)],
    ['is not disabled', (one) => act('disable', one, one)],
  ])('%s', async (_what, attempt) => {
    const admin = await givenPerson(people);
    expect(await refusalOf(attempt(admin))).toBe('CONFLICT');
    expect(await activeAdmins(admin.companyId)).toBe(1);
  });

  it('is so beside one who is disabled, or never had a password', async () => {
    const admin = await givenPerson(people);
    const { companyId } = admin;
    const other = await givenPerson(people, { companyId });
    await act('disable', other, admin);
    const input = { email: newAddress(), companyId, roles: ['ROLE_ADMIN' as const] };
    await people.database.transaction((tx) => people.users.create(tx, input, BY_OPERATOR));
    expect(await refusalOf(setRoles(people, admin, admin, ['ROLE_VIEWER']))).toBe('CONFLICT');
  });

  const acts: [string, (one: Person, by: Person, in_: People) => Promise<unknown>][] = [
    ['take the role from', (one, by, in_) => setRoles(in_, one, by, ['ROLE_VIEWER'])],
    ['remove', (one, by, in_) => act('remove', one, by, in_)],
    ['disable', (one, by, in_) => act('disable', one, by, in_)],
  ];

  it.each(acts)('stays when two %s each other at once', async (_what, attempt) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const one = await givenPerson(people);
      const other = await givenPerson(people, { companyId: one.companyId });
      await Promise.all([refusalOf(attempt(one, other, people)), refusalOf(attempt(other, one, elsewhere))]);
      expect(await activeAdmins(one.companyId)).toBe(1);
    }
  });

  it.each(acts)(
    'stays when each of two leaves as the other would be left: %s oneself',
    async (_what, attempt) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const one = await givenPerson(people);
        const other = await givenPerson(people, { companyId: one.companyId });
        const outcomes = await Promise.all([
          refusalOf(attempt(one, one, people)),
          refusalOf(attempt(other, other, elsewhere)),
        ]);
        expect(outcomes.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(1);
        expect(await activeAdmins(one.companyId)).toBe(1);
      }
    },
  );

  it('is known to a transaction that waited for the one before', async () => {
    const one = await givenPerson(people);
    const other = await givenPerson(people, { companyId: one.companyId });
    const [changed, mayEnd] = [newSignal(), newSignal()];
    const first = people.database.transaction(async (tx) => {
      await people.members.remove(tx, {
        companyId: one.companyId,
        userId: one.id,
        by: auditContextOf(other),
      });
      changed.send();
      await mayEnd.received;
    });
    await changed.received;
    const second = refusalOf(act('remove', other, other, elsewhere));
    await settledOrWaiting(second);
    mayEnd.send();
    await first;
    expect(await second).toBe('CONFLICT');
  });
});

describe('disabling', () => {
  it('is undone by enabling', async () => {
    const admin = await givenPerson(people);
    const one = await givenPerson(people, { companyId: admin.companyId, roles: ['ROLE_VIEWER'] });
    expect(await act('disable', one, admin)).toMatchObject({ id: one.id, disabledAt: expect.any(String) });
    expect(await act('enable', one, admin)).toMatchObject({ id: one.id, disabledAt: null });
  });

  it('needs someone who administers each company of the person; removing does not', async () => {
    const admin = await givenPerson(people);
    const abroad = await givenPerson(people);
    const one = await givenPerson(people, { companyId: admin.companyId, roles: ['ROLE_VIEWER'] });
    await invite(people, one.email, abroad, ['ROLE_VIEWER']);
    await accept(people, await people.mail.tokenFor(one.email));
    expect(await refusalOf(act('disable', one, admin))).toBe('CONFLICT');
    await act('remove', one, admin);
    expect(await rolesOf(one)).toBeUndefined();
    expect(await rolesOf({ ...one, companyId: abroad.companyId })).toEqual(['ROLE_VIEWER']);
  });

  it('is no way for a member with fewer roles to be rid of one with more', async () => {
    const admin = await givenPerson(people);
    await givenPerson(people, { companyId: admin.companyId });
    const viewer = await givenPerson(people, { companyId: admin.companyId, roles: ['ROLE_VIEWER'] });
    for (const what of ['disable', 'remove'] as const)
      expect(await refusalOf(act(what, admin, viewer))).toBe('FORBIDDEN');
  });
});

it('roles are stored as they are listed', async () => {
  const one = await givenPerson(people, { roles: ['ROLE_VIEWER', 'ROLE_ADMIN'] });
  const row = await people.database.read((manager) => manager.findOneBy(Membership, { userId: one.id }));
  expect(row?.roles).toEqual(['ROLE_ADMIN', 'ROLE_VIEWER']);
});
