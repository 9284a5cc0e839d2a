import { Membership } from '../../../src/identity/users/membership.entity.js';
import { bindToken } from '../../../src/identity/users/token-companies.js';
import { UsersService } from '../../../src/identity/users/users.service.js';
import type { Tx } from '../../../src/platform/database/database.js';
import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp } from '../../support/app/factories.js';
import { type Answer, Client } from '../../support/http/client.js';
import { type Account, givenAccount, signedIn } from '../../support/people/accounts.js';
import { type Receiver, startReceiver } from '../../support/webhooks/receiver.js';
import { startHookApp } from '../../support/webhooks/webhooks.js';

/**
 * What one process was told, another believes of a person for up to a second more. Here it is written without a word,
 * so that the process believes for longer; what it makes all the same would last.
 */
let app: TestApp;
let erp: Erp;
let receiver: Receiver;
let url: string;
let webhook: string;
let account: Account;
let client: Client;
beforeAll(async () => {
  app = await startHookApp();
  receiver = await startReceiver();
  url = receiver.url;
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});
beforeEach(async () => {
  erp = await givenErp(app);
  account = await givenAccount(app, { companyId: erp.companyId });
  client = (await signedIn(app, account)).client;
  const { body } = await client.post(`/api/integrations/${erp.integrationId}/webhooks`, {
    url,
    events: ['*'],
  });
  webhook = body.id as string;
});

const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const token = { name: 'late', scopes: ['integration:sync:read'] };
const here = (path: string): string => `/api/integrations/${erp.integrationId}${path}`;

/** Needs a role in the company. */
const FOR_COMPANY: Record<string, () => Promise<Answer>> = {
  'a token': () => client.post(here('/tokens'), token),
  'a token by the management API': () =>
    client.post(`/apiops/projects/${erp.companyId}/integrations/${erp.integrationId}/tokens/`, token),
  'a successor of a token': () => client.post(here(`/tokens/${erp.tokenId}/rotate`), {}),
  'a webhook': () => client.post(here('/webhooks'), { url, events: ['*'] }),
  'a new address of a webhook': () => client.send('PATCH', here(`/webhooks/${webhook}`), { url }),
  'a secret': () => client.post(here(`/webhooks/${webhook}/rotate-secret`), {}),
  'an invitation': () =>
    client.post(`/apiops/projects/${erp.companyId}/users/`, {
      email: 'late@acme.example',
      roles: ['ROLE_VIEWER'],
    }),
};
const FOR_ONESELF: Record<string, () => Promise<Answer>> = {
  'a personal token': () => client.post('/apiops/tokens/', { name: 'late', expires: 'never' }),
  'a private token': () =>
    client.post('/api/v1/auth/private_tokens/', { name: 'late', expiration_time: tomorrow }),
};
const ALL = { ...FOR_COMPANY, ...FOR_ONESELF };

const writeSilently = (work: (tx: Tx) => Promise<unknown>): Promise<unknown> =>
  app.database.transaction(work);
const demote = (): Promise<unknown> =>
  writeSilently((tx) =>
    tx.manager.update(
      Membership,
      { userId: account.id, companyId: account.companyId },
      { roles: ['ROLE_VIEWER'] },
    ),
  );
const remove = (): Promise<unknown> =>
  writeSilently((tx) => tx.manager.delete(Membership, { userId: account.id, companyId: account.companyId }));
const disable = (): Promise<unknown> =>
  writeSilently((tx) => tx.manager.update('users', { id: account.id }, { disabledAt: new Date() }));

/** The guard refuses with other words where the process has looked anew just then. */
const expectRefused = ({ status }: Answer): void => expect([401, 403, 404]).toContain(status);

describe.each(Object.keys(ALL))('%s', (what) => {
  const make = ALL[what] as () => Promise<Answer>;

  it('is made by who may', async () => {
    expect((await make()).status).toBeLessThan(300);
  });

  it('is not made by who was removed from the company', async () => {
    await remove();
    expectRefused(await make());
  });

  it('is not made by who was disabled', async () => {
    await disable();
    expectRefused(await make());
  });
});

it.each(Object.keys(FOR_COMPANY))('%s is not made by who lost the role for it', async (what) => {
  await demote();
  expectRefused(await (FOR_COMPANY[what] as () => Promise<Answer>)());
});

it.each(Object.keys(FOR_ONESELF))('%s is made by a member with whatever role', async (what) => {
  await demote();
  expect((await (FOR_ONESELF[what] as () => Promise<Answer>)()).status).toBe(201);
});

describe('a token that was bound to another company', () => {
  let other: string;
  beforeEach(async () => {
    other = (await givenErp(app)).companyId;
    await writeSilently((tx) => app.nest.get(UsersService).join(tx, account.id, other, ['ROLE_ADMIN']));
  });

  async function actWith(kind: 'personal' | 'private'): Promise<{ id: string; token: string }> {
    const { body } = await (FOR_ONESELF[`a ${kind} token`] as () => Promise<Answer>)();
    const token = (kind === 'personal' ? body.token : body.data) as string;
    client = new Client(app.url, token);
    expect((await client.get(`/apiops/projects/${erp.companyId}/usage/`)).status).toBe(200);
    return { id: body.id as string, token };
  }

  const bind = (id: string): Promise<unknown> =>
    writeSilently((tx) => bindToken(tx, { id, userId: account.id }, [other]));

  const cases = Object.keys(FOR_COMPANY).flatMap((what) =>
    (['personal', 'private'] as const).map((kind) => [kind, what] as const),
  );

  it.each(cases)('(a %s one) makes %s no more', async (kind, what) => {
    const { id } = await actWith(kind);
    await bind(id);
    expectRefused(await (FOR_COMPANY[what] as () => Promise<Answer>)());
  });

  it('makes no private token more', async () => {
    const { id } = await actWith('private');
    await bind(id);
    expectRefused(await (FOR_ONESELF['a private token'] as () => Promise<Answer>)());
  });

  it('makes personal tokens that act where it does now', async () => {
    const { id } = await actWith('personal');
    await bind(id);
    const { body } = await (FOR_ONESELF['a personal token'] as () => Promise<Answer>)();
    const { body: made } = await new Client(app.url, body.token as string).get('/apiops/projects/');
    expect(made.resultList.map((project: { id: string }) => project.id)).toEqual([other]);
  });
});
