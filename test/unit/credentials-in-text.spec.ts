import { credentialsIn } from '../../src/credentials/leaks/credentials-in-text.js';

const TOKEN = `eudr_live_${'0a'.repeat(24)}`;
const OTHER = `eudr_pat_${'0b'.repeat(24)}`;
const JWT = `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1In0.${'A'.repeat(85)}Q`;

it.each([
  [` ${TOKEN}\r\n`, [TOKEN]],
  [`Authorization: Bearer ${TOKEN}`, [TOKEN]],
  [`{"a":"${TOKEN}","b":["${OTHER}"]} ${JWT}`, [TOKEN, OTHER, JWT]],
  [`${TOKEN}${TOKEN}x`, [TOKEN]],
  [`token=${JWT}.`, [JWT]],
  [`${JWT.slice(0, -1)}R`, [JWT]],
  ['eudr_live_ eyJ.. eyJa.b. ', []],
  ['', []],
])('%.40j', (text, found) => {
  expect(credentialsIn(text)).toEqual(found);
});
