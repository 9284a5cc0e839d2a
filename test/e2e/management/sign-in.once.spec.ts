import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { expectManagementError } from '../../support/http/expect-error.js';
import { type Account, givenAccount } from '../../support/people/accounts.js';
import { PASSWORD } from '../../support/people/usual-password.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let app: TestApp;
let account: Account;
let client: Client;
beforeAll(async () => {
  app = await startApp();
  account = await givenAccount(app);
  client = new Client(app.url);
});
afterAll(() => app.close());

const form = (fields: Record<string, string>): Promise<Answer> =>
  client.post('/apiops/auth/token', new URLSearchParams(fields).toString(), FORM);
const right = (): Record<string, string> => ({
  grant_type: 'client_credentials',
  client_id: account.email,
  client_secret: PASSWORD,
});

describe('a name and a password', () => {
  it.each([
    ['as a form', () => form(right())],
    ['as JSON', () => client.post('/apiops/auth/token', right())],
  ])('%s are exchanged for an access token of an hour', async (_, exchange) => {
    const { status, body, headers } = await exchange();
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    const hello = await new Client(app.url, body.access_token).get('/apiops/test/hello/Ada');
    expect([hello.status, hello.body]).toEqual([200, 'Hello Ada']);
  });

  it('that are wrong are answered alike, whichever of them is', async () => {
    const wrong = await form({ ...right(), client_secret: 'wrong horse battery' });
    const unknown = await form({ ...right(), client_id: 'nobody@acme.example' });
    expect([wrong.status, wrong.body]).toEqual([
      401,
      { error: 'unauthorized_client', error_description: 'Bad credentials' },
    ]);
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
  });

  it('are not taken for another grant', async () => {
    const answer = await form({ ...right(), grant_type: 'password' });
    expectManagementError(answer, 400, 'unsupported_grant_type');
  });

  it.each(['grant_type', 'client_id', 'client_secret'])('are refused without %s', async (field) => {
    const { [field]: _, ...rest } = right();
    expect((await form(rest)).body).toMatchObject({ error: 'validation_failed' });
  });

  it('are refused where a name comes twice', async () => {
    const twice = `${new URLSearchParams(right()).toString()}&client_id=other`;
    expectManagementError(await client.post('/apiops/auth/token', twice, FORM), 400, 'bad_request');
  });
});

it('a form is taken nowhere else', async () => {
  const { body } = await form(right());
  const signedIn = new Client(app.url, body.access_token);
  expectManagementError(
    await signedIn.post('/apiops/tokens', 'name=A&expires=never', FORM),
    415,
    'bad_request',
  );
});
