import { readConfig } from '../../src/platform/config/config.js';
import { mailServer, mailUrlProblem, parseMailbox } from '../../src/platform/config/mail-url.js';

it.each([
  ['mail.example:587', 'smtp:// or smtps://'],
  ['mail.example', 'must be a URL'],
  ['http://mail.example', 'smtp:// or smtps://'],
  ['smtp://', 'smtp:// or smtps://'],
  ['smtp://mail.example/inbox', 'no path'],
  ['smtp://ops@mail.example', 'both a user and a password'],
  ['smtp://ops:50%off@mail.example', 'write %25'],
  ['smtp://mail.example?secure=true', 'unknown parameter'],
  ['smtp://mail.example?ssl-mode=REQUIRED', 'ssl-mode must be'],
  ['smtp://mail.example?ssl-mode=DISABLED', 'localhost only'],
  ['smtp://127.0.0.1.mail.example?ssl-mode=DISABLED', 'localhost only'],
  ['smtps://localhost?ssl-mode=DISABLED', 'smtps:// encrypts'],
  ['smtp://mail.example?ssl-ca=/nowhere/ca.pem', 'ssl-ca names a file that cannot be read'],
  ['smtp://mail.example?ssl-ca=package.json', 'files in PEM'],
])('MAIL_URL=%s is refused', (url, problem) => {
  expect(mailUrlProblem(url)).toContain(problem);
});

it.each([
  ['smtp://mail.example', { host: 'mail.example', port: 587, encryption: 'starttls' }],
  ['smtps://mail.example', { host: 'mail.example', port: 465, encryption: 'immediate' }],
  ['smtp://[::1]:25?ssl-mode=DISABLED', { host: '::1', port: 25, encryption: 'none' }],
])('MAIL_URL=%s names a server', (url, server) => {
  expect(mailUrlProblem(url)).toBeUndefined();
  expect(mailServer(url)).toEqual({ ...server, tls: {} });
});

it('user and password are percent-decoded', () => {
  expect(mailServer('smtp://ops%40acme.example:p%3A%2F%25@mail.example').login).toEqual({
    user: 'ops@acme.example',
    pass: 'p:/%',
  });
});

it.each([
  ['eudr@acme.example', { name: '', address: 'eudr@acme.example' }],
  ['Acme, Lisbon <eudr@acme.example>', { name: 'Acme, Lisbon', address: 'eudr@acme.example' }],
  ['<eudr@acme.example>', { name: '', address: 'eudr@acme.example' }],
])('%s is a sender', (text, mailbox) => {
  expect(parseMailbox(text)).toEqual(mailbox);
});

it.each([
  '',
  'Acme',
  'a@acme.example, b@acme.example',
  'Acme\r\nBcc: b@acme.example <a@acme.example>',
  'A <b@acme.example> <a@acme.example>',
  '<a@acme.example',
])('%j is none', (text) => {
  expect(parseMailbox(text)).toBeUndefined();
});

it('MAIL_URL needs MAIL_FROM', () => {
  expect(() => readConfig({ MAIL_URL: 'smtp://mail.example' })).toThrow(
    'MAIL_FROM: must be given beside MAIL_URL',
  );
});
