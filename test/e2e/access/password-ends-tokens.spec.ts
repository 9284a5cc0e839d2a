import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { PASSWORD } from '../../support/people/usual-password.js';
import { BY_OPERATOR } from '../../../src/audit/audit-context.js';
import { PasswordChangeService } from '../../../src/identity/sessions/password-change.service.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const WANTED = 'another battery, a better one';
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

/** Someone with a session, a personal and a private token, and whether each still works. */
async function givenTokens() {
  const account = await givenAccount(app);
  const { client } = await signedIn(app, account);
  const personal = await client.post('/apiops/tokens', { name: 'script', expires: 'never' });
  const kept = { name: 'server', expiration_time: tomorrow };
  const privateToken = await client.post('/api/v1/auth/private_tokens', kept);
  const statuses = async (): Promise<number[]> => {
    const answers = [
      await new Client(app.url, personal.body.token as string).get('/apiops/projects'),
      await new Client(app.url, privateToken.body.data as string).get('/api/v1/auth/private_tokens'),
    ];
    return answers.map(({ status }) => status);
  };
  expect(await statuses()).toEqual([200, 200]);
  return { account, client, statuses };
}

it.each([
  [undefined, [401, 401]],
  [false, [401, 401]],
  [true, [200, 200]],
])('a changed password with keep_tokens %s leaves the tokens at %j', async (keep_tokens, expected) => {
  const { client, statuses } = await givenTokens();
  const change = {
    current_password: PASSWORD,
    new_password: WANTED,
    ...(keep_tokens !== undefined && { keep_tokens }),
  };
  expect((await client.post('/api/v1/auth/password', change)).status).toBe(204);
  expect(await statuses()).toEqual(expected);
  expect((await client.get('/api/v1/auth/private_tokens')).status).toBe(200);
});

it('a password that the operator sets ends all tokens and sessions', async () => {
  const { account, client, statuses } = await givenTokens();
  await app.nest.get(PasswordChangeService).reset(account.email, WANTED, BY_OPERATOR);
  expect(await statuses()).toEqual([401, 401]);
  expect((await client.get('/api/v1/auth/private_tokens')).status).toBe(401);
});
