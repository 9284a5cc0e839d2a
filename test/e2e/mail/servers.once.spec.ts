import type { TestApp } from '../../support/app/app.js';
import {
  invite,
  mailsTo,
  passPauses,
  startMailApp,
  untilMails,
  untilTried,
} from '../../support/mail/mail-app.js';
import {
  LOGIN,
  LOGIN_IN_URL,
  type MailServer,
  type MailServerOptions,
  startMailServer,
  startSilentServer,
} from '../../support/mail/mail-server.js';
import { givenPerson } from '../../support/people/members.js';
import { AUTHORITY, ELSEWHERE_CERTIFICATE, OTHER_AUTHORITY } from '../../support/tls/authority.js';

const EMAIL = 'ada@acme.example';

let server: MailServer;
let app: TestApp;

/** Sends one message to such a server. */
async function send(
  options: MailServerOptions,
  settings: Parameters<typeof startMailApp>[1] = {},
): Promise<void> {
  server = await startMailServer(options);
  app = await startMailApp(server.port, settings);
  expect((await invite(await givenPerson(app), EMAIL)).status).toBe(201);
}

afterEach(async () => {
  await app.close();
  await server.stop();
});

it.each([
  ['smtps://', { secure: true }, `smtps://${LOGIN_IN_URL}@localhost:PORT?ssl-ca=CA`, true],
  ['STARTTLS', {}, `smtp://${LOGIN_IN_URL}@127.0.0.1:PORT?ssl-ca=CA&ssl-mode=VERIFY_IDENTITY`, true],
  ['none at all on localhost', { plain: true }, 'smtp://localhost:PORT?ssl-mode=DISABLED', false],
])('mail is sent with %s', async (_, options, url, encrypted) => {
  await send(options, { url });
  await untilMails(app, EMAIL, 'SENT');
  expect(server.received).toMatchObject([{ to: [EMAIL], encrypted }]);
});

describe('no mail and no password goes to', () => {
  it.each([
    ['a server without STARTTLS', { plain: true }, {}],
    ['a server whose certificate another authority signed', {}, { authority: OTHER_AUTHORITY }],
    [
      'a server whose certificate is for another name',
      { cert: ELSEWHERE_CERTIFICATE },
      { authority: AUTHORITY },
    ],
    [
      'such a server behind smtps://',
      { cert: ELSEWHERE_CERTIFICATE, secure: true },
      { url: `smtps://${LOGIN_IN_URL}@localhost:PORT?ssl-ca=CA` },
    ],
  ])('%s', async (_, options, settings) => {
    await send(options, settings);
    expect(await untilTried(app, EMAIL, 1)).toMatch(/"code":"\w+"/);
    expect([server.offered, server.received]).toEqual([[], []]);
    expect(await mailsTo(app, EMAIL)).toMatchObject([{ status: 'WAITING' }]);
  });
});

it('a refused log-in is logged without the log-in', async () => {
  await send({}, { url: `smtp://${encodeURIComponent(LOGIN.user)}:wrong-password@localhost:PORT?ssl-ca=CA` });
  expect(await untilTried(app, EMAIL, 1)).toContain('"code":"EAUTH"');
  const log = app.log.join('\n');
  for (const secret of ['wrong-password', LOGIN.user]) expect(log).not.toContain(secret);
});

it('mail waits while the server is away, and is sent once when it is back', async () => {
  await send({});
  await untilMails(app, EMAIL, 'SENT');
  await server.stop();
  const admin = await givenPerson(app);
  const later = ['bob@acme.example', 'eve@acme.example'];
  for (const email of later) expect((await invite(admin, email)).status).toBe(201);
  await untilTried(app, 'bob@acme.example', 1);
  server = await startMailServer({ port: server.port });
  await passPauses(app);
  for (const email of later) await untilMails(app, email, 'SENT');
  expect(server.received.flatMap(({ to }) => to).sort()).toEqual(later);
});

it('a server that says nothing holds up no request and is given up', async () => {
  const silent = await startSilentServer();
  server = { ...(await startMailServer()), stop: silent.stop };
  app = await startMailApp(silent.port);
  const admin = await givenPerson(app);
  await invite(admin, EMAIL);
  await silent.calls.until(() => silent.count() === 1, 'a connection');
  expect((await invite(admin, 'bob@acme.example')).status).toBe(201);
  expect(await untilTried(app, EMAIL, 1)).toMatch(/"code":"ETIMEDOUT"/);
});
