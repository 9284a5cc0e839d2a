import { createLogger } from '../../src/platform/logging/logger.js';
import { loggedUrl, withoutCredentials } from '../../src/platform/logging/redaction.js';
import { newSecret } from '../../src/auth/credentials/secret-token.js';
import { newRawToken } from '../../src/auth/credentials/token-format.js';
import { newWebhookSecret } from '../../src/webhooks/transport/signature.js';

it.each([
  ['tokens', newRawToken('eudr_live_')],
  ['webhook secrets', newWebhookSecret()],
  ['refresh tokens', newSecret('ref')],
  ['JWTs', 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.c2ln-bmF0_dXJl'],
])('%s are blacked out of messages', (_which, secret) => {
  expect(withoutCredentials(`before "${secret}" after`)).toBe('before "[redacted]" after');
});

const raw = newRawToken('eudr_live_');
const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.c2ln-bmF0_dXJl';
const password = 'correct-horse-battery';
const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

it.each([
  ['as it is', raw],
  ['percent-encoded', percent(raw)],
  ['encoded twice', percent(percent(raw))],
  ['encoded three times', percent(percent(percent(raw)))],
  ['beside what cannot be decoded', `%zz${percent(raw)}`],
  ['beside bytes that are no UTF-8', `%ff${percent(raw)}%fe`],
  ['half encoded', `%65udr_live_${raw.slice(10)}`],
  ['half encoded twice', `%2565udr_live_${raw.slice(10)}`],
  ['after a scheme and +', `Bearer+${raw.slice(10, 40)}`],
  ['after a scheme and %2B', `Bearer%2B${raw.slice(10, 40)}`],
  ['after a scheme and %20', `bearer%20${raw.slice(10, 40)}`],
  ['as a client_secret', `client_secret=${password}`],
  ['as a password in a parameter', `u=${encodeURIComponent(`https://a.example/?password=${password}`)}`],
  ['as an encoded parameter', `%70assword%3D${password}`],
  ['as a JWT', jwt],
  ['as a JWT after other letters', `xyz_${jwt}`],
  ['as the first half of a JWT', jwt.slice(0, 30)],
  ['as a JWT whose dots are encoded', jwt.replaceAll('.', '%2e')],
])('a credential in a URL is blacked out %s', (_how, text) => {
  const logged = loggedUrl(`/q?x=${text}`);
  expect(logged).toContain('[redacted]');
  for (const secret of [raw.slice(10, 20), password.slice(0, 8), jwt.slice(5, 15)])
    expect(logged.toLowerCase()).not.toContain(secret.toLowerCase());
});

const inBase64 = (text: string): string[] => [
  Buffer.from(text).toString('base64'),
  Buffer.from(text).toString('base64url'),
];
const secrets: [string, string][] = [
  ['a token', raw],
  ['a webhook secret', newWebhookSecret()],
  ['a JWT', jwt],
];

it.each(secrets)('%s in base64 is blacked out of a URL, whatever stands before and after it', (_, secret) => {
  for (const before of ['', ':', 'ab', 'abc', 'user:'])
    for (const base64 of inBase64(`${before}${secret}:"}`))
      for (const text of [base64, encodeURIComponent(base64), percent(base64), percent(percent(base64))]) {
        const logged = loggedUrl(`/a/${text}/z?x=${text}&page=2`);
        expect(logged.match(/\[redacted\]/g)).toHaveLength(2);
        expect(logged).toMatch(/^\/a\/.*&page=2$/);
        expect(logged).not.toContain(base64.slice(20, 40));
      }
});

it('what is in base64 and holds no credential is logged', () => {
  const cursor = Buffer.from('["2026-01-01T00:00:00.000Z","sup_01kan2x5v6fkrb3m1s3c1v9y7t"]').toString(
    'base64url',
  );
  expect(loggedUrl(`/suppliers?cursor=${cursor}`)).toBe(`/suppliers?cursor=${cursor}`);
});

const words = 'correct horse/battery?&=#+\nstaple';
const names = [
  ...[
    'password',
    'client_secret',
    'access_token',
    'code',
    'key',
    'apikey',
    'api_key',
    'api-key',
    'apiKey',
    'sig',
  ],
  ...['signature', 'x[password]', 'x[code]', 'PASSWORD', 'otp'],
];

it.each(names)('the whole value of the parameter %s is blacked out, however it is encoded', (name) => {
  const value = encodeURIComponent(words);
  const parameter = `${name}=${value}`;
  const urls = [
    `/q?a=1&${parameter}&b=2`,
    `/q?a=1&${encodeURIComponent(name)}=${value}&b=2`,
    `/q?a=1&${percent(percent(name))}=${value}&b=2`,
    `/q?a=1&u=${encodeURIComponent(`https://a.example/?${parameter}`)}&b=2`,
    `/q?a=1&u=${encodeURIComponent(encodeURIComponent(`${parameter}&c=3`))}&b=2`,
    `/q?a=1&${encodeURIComponent(parameter)}&b=2`,
    `/q?a=1&${encodeURIComponent(parameter)}=3&b=2`,
    `/q?a=1&${name}=correct/battery?staple&b=2`,
  ];
  for (const url of urls) {
    const logged = loggedUrl(url);
    expect(logged).toContain('[redacted]');
    expect(logged).toMatch(/a=1.*b=2$/);
    expect(logged).not.toMatch(/correct|horse|battery|staple/);
  }
});

it('what stands before and after a secret is logged', () => {
  expect(loggedUrl('/a%20b?page=2&code=x%26y&since=2026&cursor=abc')).toBe(
    '/a b?page=2&code=[redacted]&since=2026&cursor=abc',
  );
  expect(loggedUrl('/suppliers?externalIds=A%2CB,C&entityType=SUPPLIER&hsCode=0901&keyword=x')).toBe(
    '/suppliers?externalIds=A,B,C&entityType=SUPPLIER&hsCode=0901&keyword=x',
  );
});

it('a URL without a credential is logged decoded, up to 2 kB', () => {
  expect(loggedUrl('/suppliers/Caf%C3%A9%20%zz?since=2026')).toBe('/suppliers/Café %zz?since=2026');
  expect(loggedUrl(`/${'x'.repeat(60_000)}`)).toHaveLength(2049);
});

it.each([newRawToken('eudr_live_'), newWebhookSecret()])('and out of logged errors', (secret) => {
  const lines: string[] = [];
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line: string) => lines.push(line) });
  logger.error({ err: new Error(`refused ${secret}`, { cause: new Error(secret) }) }, 'failed');
  expect(lines.join()).toContain('refused [redacted]');
  expect(lines.join()).not.toContain(secret.slice(8));
});
