import { startApp } from '../../support/app/app.js';
import { migratedDatabase } from '../../support/databases/database.js';
import { startLosingProxy } from '../../support/databases/losing-proxy.js';
import { invite, untilMails } from '../../support/mail/mail-app.js';
import { startMailServer } from '../../support/mail/mail-server.js';
import { givenPerson } from '../../support/people/members.js';

it('mail that was sent is not sent again where the database not reachable that this is written', async () => {
  const proxy = await startLosingProxy(await migratedDatabase());
  const server = await startMailServer({ plain: true });
  const MAIL_URL = `smtp://localhost:${server.port}?ssl-mode=DISABLED`;
  const app = await startApp({ MAIL_URL, MAIL_FROM: 'eudr@acme.example' }, proxy.env);
  const admin = await givenPerson(app);
  proxy.loseNext('UPDATE mails SET status = ?');
  const emails = ['ada@acme.example', 'bob@acme.example'];
  for (const email of emails) expect((await invite(admin, email)).status).toBe(201);
  for (const email of emails) await untilMails(app, email, 'SENT');
  expect(proxy.lost()).toBe(1);
  expect(server.received.flatMap(({ to }) => to)).toEqual(emails);
  await app.close();
  await Promise.all([server.stop(), proxy.close()]);
});
