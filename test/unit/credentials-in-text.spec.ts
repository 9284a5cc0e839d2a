import { credentialsIn } from '../../src/credentials/leaks/credentials-in-text.js';

const TOKEN = `eudr_live_${'0a'.repeat(24)}`;
const OTHER = `eudr_pat_${'0b'.repeat(24)}`;
const WEBHOOK_SECRET = `whsec_${'+/aZ09b'.repeat(6)}c=`;
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const JWT = `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1In0.${'A'.repeat(85)}Q`;

it.each([
  [` ${TOKEN}\r\n`, [TOKEN]],
  [`Authorization: Bearer ${TOKEN}`, [TOKEN]],
  [`{"a":"${TOKEN}","b":["${OTHER}"]} ${JWT}`, [TOKEN, OTHER, JWT]],
  [`${TOKEN}${TOKEN}x`, [TOKEN]],
  [`token=${JWT}.`, [JWT]],
  [`${JWT.slice(0, -1)}R`, [JWT]],
  ['eudr_live_ eyJ.. eyJa.b. ', []],
  [`secret: ${WEBHOOK_SECRET},`, [WEBHOOK_SECRET]],
  [`?a=${encodeURIComponent(WEBHOOK_SECRET)}`, [WEBHOOK_SECRET]],
  [JSON.stringify(WEBHOOK_SECRET).replaceAll('/', String.raw`\/`), [WEBHOOK_SECRET]],
  [TOKEN.replaceAll('_', '%5F'), [TOKEN]],
  [TOKEN.replaceAll('_', '%5f').replaceAll('%', '%25'), [TOKEN]],
  [TOKEN.replaceAll('_', String.raw`\u005F`), [TOKEN]],
  [JSON.stringify({ log: TOKEN.replaceAll('_', String.raw`\u005f`) }), [TOKEN]],
  [`**${TOKEN.replaceAll('_', String.raw`\_`)}**`, [TOKEN]],
  [JWT.replaceAll('.', '%2E'), [JWT]],
  [`Authorization: ${basic(`user:${TOKEN}`)}`, [TOKEN]],
  [`authorization=${basic(`${TOKEN}:`).replace(' ', '+')}&b`, [TOKEN]],
  [`${basic(`a:${TOKEN}`)}, ${basic(`b:${OTHER}`)}`, [TOKEN, OTHER]],
  ['%5', []],
  ['', []],
])('%.40j', (text, found) => {
  expect(credentialsIn(text)).toEqual(found);
});
