import { BY_OPERATOR } from '../../../src/audit/audit-context.js';
import { CompaniesService } from '../../../src/identity/companies/companies.service.js';
import { InvitationsService } from '../../../src/identity/invitations/invitations.service.js';
import type { TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import {
  invite,
  mailsTo,
  passPauses,
  startMailApp,
  untilMails,
  untilTried,
} from '../../support/mail/mail-app.js';
import { LOGIN, type MailServer, refusal, startMailServer } from '../../support/mail/mail-server.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { PASSWORD } from '../../support/people/usual-password.js';

/** By the recipient's address, what the server answers when it is named, and at the end of the message. */
const REFUSED: Record<string, Error> = {};
const REFUSED_MESSAGES: Record<string, Error> = {};

let server: MailServer;
let app: TestApp;
let admin: Person;
beforeAll(async () => {
  server = await startMailServer({
    onRecipient: (recipient) => REFUSED[recipient],
    onMessage: (recipient) => REFUSED_MESSAGES[recipient],
  });
  app = await startMailApp(server.port);
});
afterAll(async () => {
  await app.close();
  await server.stop();
});
beforeEach(async () => {
  admin = await givenPerson(app);
});

let serial = 0;
const newAddress = (): string => `invited-${(serial += 1)}@acme.example`;

const receivedBy = (to: string): string[] =>
  server.received.filter((mail) => mail.to.includes(to)).map(({ raw }) => raw);

/** A message as its reader sees it: long lines were broken by quoted-printable (RFC 2045, section 6.7). */
const readable = (raw: string): string => raw.replaceAll('=\r\n', '').replaceAll('=3D', '=');

const tokenIn = (text: string): string => /eudr_inv_[0-9a-f]{48}/.exec(text)?.[0] ?? '';

const accept = (token: string): ReturnType<Client['post']> =>
  new Client(app.url).post('/api/v1/auth/invitations/accept', { token, password: PASSWORD });

describe('an invitation with MAIL_URL', () => {
  it('goes to the server over TLS, after a log-in, with a link that proves the address', async () => {
    const email = newAddress();
    const { body } = await invite(admin, email);
    await untilMails(app, email, 'SENT');
    const [mail] = server.received.filter(({ to }) => to.includes(email));
    expect(mail).toMatchObject({ from: 'eudr@acme.example', to: [email], encrypted: true, user: LOGIN.user });
    const text = readable(mail?.raw ?? '');
    expect(text).toContain(`To: ${email}\r\n`);
    expect(text).toMatch(/^From: Acme <eudr@acme.example>\r$/m);
    expect(text).toMatch(/^Subject: Invitation to Company \d+\r$/m);
    expect(text).toMatch(/^Message-ID: <mail_\w{26}@localhost>\r$/im);
    expect(text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(tokenIn(text)).not.toBe(tokenIn(body.invitation.link as string));
    expect((await accept(tokenIn(text))).status).toBe(200);
    const { resultList } = (await admin.client.get(`/apiops/projects/${admin.slug}/users/`)).body;
    expect(resultList.find((one: { email: string }) => one.email === email)).toMatchObject({
      verified: true,
    });
  });

  it('keeps no text of what was sent, and nothing of it or of the log-in in the log', async () => {
    const email = newAddress();
    await invite(admin, email);
    await untilMails(app, email, 'SENT');
    expect(await mailsTo(app, email)).toEqual([{ status: 'SENT', sealed: null, tries: 1 }]);
    const log = app.log.join('\n');
    expect(log).toContain('mail sent');
    const token = tokenIn(readable(receivedBy(email)[0] ?? ''));
    for (const secret of [token, LOGIN.pass, encodeURIComponent(LOGIN.pass)])
      expect(log).not.toContain(secret);
  });

  it('is given up where the server refuses the recipient or the message for good, and holds up no other', async () => {
    const [refused, spam, fine] = [newAddress(), newAddress(), newAddress()];
    REFUSED[refused] = refusal(550, 'No such user here');
    REFUSED_MESSAGES[spam] = refusal(554, `Looks like spam: eudr_inv_${'0'.repeat(48)}`);
    for (const email of [refused, spam, fine]) expect((await invite(admin, email)).status).toBe(201);
    await untilMails(app, fine, 'SENT');
    await untilMails(app, refused, 'REFUSED');
    await untilMails(app, spam, 'REFUSED');
    expect(await mailsTo(app, refused)).toEqual([{ status: 'REFUSED', sealed: null, tries: 1 }]);
    const given = app.log.filter((line) => line.includes('mail not sent'));
    expect(given.join('\n')).toMatch(/550 No such user here/);
    expect(given.join('\n')).toMatch(/554 Looks like spam: \[redacted\]/);
  });

  it('is tried again later where the server asks for that, with the same Message-ID', async () => {
    const email = newAddress();
    REFUSED_MESSAGES[email] = refusal(451, 'Greylisted, come back');
    await invite(admin, email);
    expect(await untilTried(app, email, 1)).toContain('451 Greylisted');
    const [waiting] = await mailsTo(app, email);
    expect(waiting).toMatchObject({ status: 'WAITING', sealed: expect.stringMatching(/^v1\./) });
    expect(waiting?.sealed).not.toContain('eudr_inv_');
    delete REFUSED_MESSAGES[email];
    await passPauses(app);
    await untilMails(app, email, 'SENT');
    expect([receivedBy(email).length, server.offered.filter((one) => one === email).length]).toEqual([1, 2]);
  });

  it('is sent no more once it was withdrawn by another, or accepted', async () => {
    const [again, accepted] = [newAddress(), newAddress()];
    REFUSED[again] = REFUSED[accepted] = refusal(450, 'Later');
    await invite(admin, again);
    const { body } = await invite(admin, accepted);
    await untilTried(app, again, 1);
    await untilTried(app, accepted, 1);
    await invite(admin, again);
    expect((await accept(tokenIn(body.invitation.link as string))).status).toBe(200);
    delete REFUSED[again];
    delete REFUSED[accepted];
    await passPauses(app);
    await untilMails(app, again, 'WITHDRAWN', 'SENT');
    await untilMails(app, accepted, 'WITHDRAWN');
    expect([receivedBy(again).length, receivedBy(accepted).length]).toEqual([1, 0]);
    expect((await mailsTo(app, again))[0]).toMatchObject({ sealed: null });
  });

  it('is sent no more once the credential that sent it has leaked', async () => {
    const email = newAddress();
    REFUSED[email] = refusal(450, 'Later');
    await invite(admin, email);
    await untilTried(app, email, 1);
    await new Client(app.url).post('/apiops/tokens/leaked/', { tokens: [admin.token] });
    await untilMails(app, email, 'WITHDRAWN');
  });

  it('carries no header that a name holds, and goes to no second address', async () => {
    const { database, nest } = app;
    const email = newAddress();
    await database.transaction(async (tx) => {
      const name = 'Acme\r\nBcc: thief@evil.example\r\n\r\nText';
      const { id: companyId } = await nest.get(CompaniesService).create(tx, name);
      const input = { companyId, email, roles: ['ROLE_VIEWER' as const], by: BY_OPERATOR };
      return nest.get(InvitationsService).invite(tx, input);
    });
    await untilMails(app, email, 'SENT');
    const [head = ''] = (receivedBy(email)[0] ?? '').split('\r\n\r\n');
    expect(head).not.toMatch(/^bcc:/im);
    expect(head).toContain('Invitation to Acme Bcc: thief@evil.example Text');
    for (const bad of [
      'a@acme.example, b@acme.example',
      'a@acme.example\r\nBcc: b@acme.example',
      'A <a@acme.example>',
    ]) {
      const { status, body } = await invite(admin, bad);
      expect([status, body.error]).toEqual([400, 'validation_failed']);
    }
    expect(server.offered).not.toContain('thief@evil.example');
  });
});

it('a company sends at most MAX_MAILS_PER_HOUR, and no other company waits for it', async () => {
  const bounded = await startMailApp(server.port, { more: { MAX_MAILS_PER_HOUR: '3' } });
  const [eager, other] = [await givenPerson(bounded), await givenPerson(bounded)];
  const answers = await Promise.all(Array.from({ length: 6 }, () => invite(eager, newAddress())));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429, 429, 429]);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.body.error).toBe('rate_limit_exceeded');
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(3_500);
  expect((await invite(other, newAddress())).status).toBe(201);
  await bounded.database.write("UPDATE mails SET created_at = '2020-01-01 00:00:00.000'");
  expect((await invite(eager, newAddress())).status).toBe(201);
  await bounded.close();
});
