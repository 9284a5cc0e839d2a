import { decodeJwt } from 'jose';
import { startApp, type TestApp } from '../../support/app/app.js';
import { auditOf } from '../../support/app/audit.js';
import { givenErp } from '../../support/app/factories.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson, type Person } from '../../support/people/members.js';

const HOUR_MS = 3_600_000;
const SCOPES = ['integration:sync:read'];

let app: TestApp;
let person: Person;
beforeAll(async () => {
  app = await startApp();
  person = await givenPerson(app);
});
afterAll(() => app.close());

describe('a credential is listed with the one that made it', () => {
  it('a token of an integration, and the one that rotated it', async () => {
    const tokens = `/api/integrations/${person.erp.integrationId}/tokens`;
    const { body: made } = await person.client.post(tokens, { name: 'A', scopes: SCOPES });
    const { body: next } = await person.client.post(`${tokens}/${made.id}/rotate`, { graceSeconds: 60 });
    const { body } = await person.client.get(tokens);
    const found = (id: string): object | undefined =>
      [body.resultList ?? body.tokens ?? body.data ?? body.items]
        .flat()
        .find((one: { id: string }) => one.id === id);
    expect(found(person.erp.tokenId)).toMatchObject({ madeBy: 'command', changedBy: null });
    expect(found(made.id)).toMatchObject({ madeBy: person.tokenId, changedBy: person.tokenId });
    expect(found(next.id)).toMatchObject({ madeBy: person.tokenId, changedBy: null });
  });

  it('a personal and a private token, made in a session', async () => {
    const { client, body } = await signedIn(app, await givenAccount(app));
    const { sid } = decodeJwt(body.access_token as string);
    await client.post('/apiops/tokens/', { name: 'A', expires: 'never' });
    const expiration_time = new Date(Date.now() + HOUR_MS).toISOString();
    await client.post('/api/v1/auth/private_tokens/', { name: 'A', expiration_time });
    const personal = await client.get('/apiops/tokens/');
    const privates = await client.get('/api/v1/auth/private_tokens/');
    expect([personal.body.resultList[0].madeBy, privates.body.results[0].made_by]).toEqual([sid, sid]);
  });

  it('a webhook, and who changed its address and its secret last', async () => {
    const erp = await givenErp(app);
    const other = await givenErp(app, { companyId: erp.companyId, integrationId: erp.integrationId });
    const hooks = '/api/v1/integration/webhook-events';
    const url = 'https://93.184.216.34/in';
    const { body } = await erp.client.post(hooks, { url, events: ['supplier.created'] });
    expect(body).toMatchObject({ madeBy: erp.tokenId, urlChangedBy: null, secretChangedBy: null });
    await other.client.send('PATCH', `${hooks}/${body.id}`, { url: `${url}/2` });
    await other.client.post(`${hooks}/${body.id}/rotate-secret`, {});
    expect((await erp.client.get(`${hooks}/${body.id}`)).body).toMatchObject({
      madeBy: erp.tokenId,
      urlChangedBy: other.tokenId,
      secretChangedBy: other.tokenId,
    });
  });

  it('one from before that was kept as of unknown origin', async () => {
    const old = await givenPerson(app);
    for (const table of ['tokens', 'personal_tokens'])
      await app.database.write(`UPDATE ${table} SET made_by = NULL WHERE id IN (?, ?)`, [
        old.tokenId,
        old.erp.tokenId,
      ]);
    const personal = await old.client.get('/apiops/tokens/');
    expect(personal.body.resultList[0].madeBy).toBe('unknown');
  });
});

it('the audit log names the credential beside the person', async () => {
  const invited = { email: 'ada@acme.example', roles: ['ROLE_VIEWER'] };
  await person.client.post(`/apiops/projects/${person.slug}/users/`, invited);
  const [entry] = (await auditOf(app, person.companyId)).filter(({ action }) => action === 'user.invited');
  expect(entry).toMatchObject({ actor: { id: person.userId }, credential: person.tokenId });
});
