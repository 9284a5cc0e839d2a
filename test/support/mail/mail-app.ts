import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, type TestApp } from '../app/app.js';
import { migratedDatabase } from '../databases/database.js';
import type { Answer } from '../http/client.js';
import type { Person } from '../people/members.js';
import { until } from '../processes/processes.js';
import { AUTHORITY } from '../tls/authority.js';
import { LOGIN_IN_URL } from './mail-server.js';

/** The state of a message in the database. */
export interface MailRow {
  status: string;
  sealed: string | null;
  tries: number;
}

/**
 * Starts the application with mail through the server at a port.
 * @param url URL of the mail server; `PORT` stands for its port
 */
export async function startMailApp(
  port: number,
  {
    url = `smtp://${LOGIN_IN_URL}@localhost:PORT?ssl-ca=CA`,
    authority = AUTHORITY,
    more = {},
  }: { url?: string; authority?: string; more?: Record<string, string> } = {},
): Promise<TestApp> {
  const env = await migratedDatabase();
  const file = join(env.DATA_DIR, 'ca.pem');
  mkdirSync(env.DATA_DIR, { recursive: true });
  writeFileSync(file, authority);
  const MAIL_URL = url.replace('PORT', String(port)).replace('CA', encodeURIComponent(file));
  return startApp({ MAIL_URL, MAIL_FROM: 'Acme <eudr@acme.example>', ...more }, env);
}

export function invite({ client, slug }: Person, email: string): Promise<Answer> {
  return client.post(`/apiops/projects/${slug}/users/`, { email, roles: ['ROLE_VIEWER'] });
}

/** Returns the messages to a recipient, oldest first. */
export async function mailsTo({ database }: TestApp, recipient: string): Promise<MailRow[]> {
  const rows = await database.select<MailRow>(
    'SELECT status, sealed, tries FROM mails WHERE recipient = ? ORDER BY id',
    [recipient],
  );
  return rows.map(({ status, sealed, tries }) => ({ status, sealed, tries: Number(tries) }));
}

/** Waits until the messages to a recipient have these statuses. */
export async function untilMails(app: TestApp, recipient: string, ...statuses: string[]): Promise<void> {
  await until(async () => {
    const rows = await mailsTo(app, recipient);
    return rows.map(({ status }) => status).join() === statuses.join();
  });
}

/**
 * Waits until so many attempts for a recipient have failed.
 * @returns the log line with the reason
 */
export async function untilTried(app: TestApp, recipient: string, times: number): Promise<string> {
  const told = async (): Promise<string | undefined> => {
    const [mail] = await app.database.select<{ id: string }>(
      'SELECT id FROM mails WHERE recipient = ? ORDER BY id',
      [recipient],
    );
    const marks = ['sending mail failed', `"mail":"${mail?.id}"`, `"tries":${times}`];
    return app.log.findLast((line) => marks.every((mark) => line.includes(mark)));
  };
  await until(async () => (await told()) !== undefined);
  return (await told()) as string;
}

/** Ends the pauses between attempts. */
export async function passPauses({ database }: TestApp): Promise<void> {
  await database.write("UPDATE mails SET due_at = '2020-01-01 00:00:00.000' WHERE status = 'WAITING'");
}
