import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { type Erp, givenErp } from '../../support/app/factories.js';
import { sendHead, statusOf } from '../../support/http/raw-http.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
});
afterAll(() => app.close());

const call = (authorization: string): ReturnType<Client['get']> =>
  new Client(app.url).get('/auth/test', { authorization });
const upper = (token: string): string => `eudr_live_${token.slice('eudr_live_'.length).toUpperCase()}`;

it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('accepts the scheme written as %s', async (scheme) => {
  expect((await call(`${scheme} ${erp.token}`)).status).toBe(200);
});

it.each(['  ', ' '.repeat(1000)])('accepts more than one space after the scheme (%#)', async (spaces) => {
  expect((await call(`bearer${spaces}${erp.token}`)).status).toBe(200);
});

const malformed: [what: string, header: (token: string) => string][] = [
  ['a tab after the scheme', (token) => `Bearer\t${token}`],
  ['no scheme', (token) => token],
  ['the scheme alone', () => 'Bearer'],
  ['the scheme run into the token', (token) => `Bearer${token}`],
  ['another scheme', (token) => `Token ${token}`],
  ['Basic', (token) => `Basic ${Buffer.from(`user:${token}`).toString('base64')}`],
  ['upper-case hex digits', (token) => `Bearer ${upper(token.replace(/.$/, 'a'))}`],
  ['an upper-case prefix', (token) => `Bearer ${token.replace('eudr_live', 'EUDR_LIVE')}`],
  ['another prefix', (token) => `Bearer ${token.replace('live', 'test')}`],
  ['47 digits', (token) => `Bearer ${token.slice(0, -1)}`],
  ['49 digits', (token) => `Bearer ${token}0`],
  ['a digit that is not hex', (token) => `Bearer ${token.slice(0, -1)}g`],
  ['a digit of another script', (token) => `Bearer ${token.slice(0, -1)}\u00b2`],
  ['something after the token', (token) => `Bearer ${token} x`],
  ['a comma after the token', (token) => `Bearer ${token},`],
  ['quotes around the token', (token) => `Bearer "${token}"`],
  ['two credentials in one value', (token) => `Bearer ${token}, Bearer ${token}`],
  ['the token percent-encoded', (token) => `Bearer ${token.replaceAll('_', '%5F')}`],
];

it.each(malformed)('refuses %s as INVALID_TOKEN_FORMAT', async (_what, header) => {
  const answer = await call(header(erp.token));
  expect([answer.status, answer.body.error]).toEqual([401, 'INVALID_TOKEN_FORMAT']);
});

describe('two Authorization headers', () => {
  const nobody = `eudr_live_${'0'.repeat(48)}`;

  // Node keeps the first and drops the rest unseen, while a proxy may have judged the last: RFC 9110, section
  // 5.3, allows a single one.
  it.each([
    ['the same token twice', (token: string) => [token, token]],
    ['an unknown token after a good one', (token: string) => [token, nobody]],
    ['a good token after an unknown one', (token: string) => [nobody, token]],
  ])('are refused: %s', async (_what, tokens) => {
    const lines = tokens(erp.token).map((token) => `Authorization: Bearer ${token}`);
    const answer = await sendHead(app.url, ['GET /api/v1/integration/auth/test HTTP/1.1', ...lines]);
    expect(statusOf(answer)).toBe(401);
  });
});

it('takes an empty header for no valid credential', async () => {
  const answer = await sendHead(app.url, ['GET /api/v1/integration/auth/test HTTP/1.1', 'Authorization:']);
  expect(statusOf(answer)).toBe(401);
});

it('takes no credential from Proxy-Authorization, a cookie, or a header of another name', async () => {
  const answer = await new Client(app.url).get('/auth/test', {
    'x-api-token': erp.token,
    'x-forwarded-authorization': `Bearer ${erp.token}`,
    cookie: `access_token=${erp.token}`,
  });
  expect([answer.status, answer.body.error]).toEqual([401, 'AUTHENTICATION_REQUIRED']);
});

it('says nothing of the token that it refuses', async () => {
  const answer = await call(`Bearer ${erp.token}0`);
  expect(JSON.stringify([answer.body, ...answer.headers])).not.toContain(erp.token);
});
