import { startApp } from '../app/app.js';
import { type Erp, givenErp } from '../app/factories.js';
import { Client } from '../http/client.js';
import { type ServerProcess, startServer, untilReady } from './processes.js';

/** A server process with two companies: one takes what it can get, the other is measured beside it. */
export interface TwoCompanies {
  server: ServerProcess;
  greedy: Erp;
  other: Client;
}

export async function startForTwoCompanies(): Promise<TwoCompanies> {
  const app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
  const [greedy, { token }] = [await givenErp(app), await givenErp(app)];
  await app.close();
  const server = await startServer(app.env);
  await untilReady(server.url);
  return { server, greedy, other: new Client(server.url, token) };
}
