import { SetupService } from '../../src/management/setup/setup.service.js';
import type { TestApp } from '../support/app/app.js';
import { PASSWORD } from '../support/people/usual-password.js';

/** A company with one of everything, for requests to name and to spoil. */
export interface World {
  /** Credentials, raw, by whom they are for. */
  credentials: Record<'integration' | 'personal' | 'session' | 'private', string>;
  /** What parameters of paths can name, by the parameter. */
  ids: Record<string, string[]>;
}

let serial = 0;

/** Makes a company through the product's own calls. */
export async function newWorld(app: TestApp): Promise<World> {
  serial += 1;
  const email = `admin${serial}@fuzz.example`;
  const setup = await app.nest.get(SetupService).bootstrap(`Fuzz ${serial}`, { email, password: PASSWORD });
  const session = await call(app, '/api/v1/auth/login', '', { username: email, password: PASSWORD });
  const jwt = String(session['access_token']);
  const personal = await call(app, '/apiops/tokens', jwt, { name: 'fuzz', expires: 'never' });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const kept = { name: 'fuzz', expiration_time: tomorrow };
  const privateToken = await call(app, '/api/v1/auth/private_tokens', jwt, kept);
  const machine = '/api/v1/integration';
  await call(app, `${machine}/suppliers`, setup.token, {
    suppliers: [{ externalId: 'S-1', name: 'Supplier' }],
  });
  await call(app, `${machine}/products`, setup.token, { products: [{ externalId: 'P-1', name: 'Product' }] });
  const batch = { externalId: 'B-1', productExternalId: 'P-1', batchNumber: '1' };
  await call(app, `${machine}/batches`, setup.token, { batches: [batch], autoCreateDDS: true });
  const hook = { url: 'http://127.0.0.1:40009/', events: ['supplier.created'] };
  const webhook = await call(app, `${machine}/webhook-events`, setup.token, hook);
  const token = { name: 'other', scopes: ['integration:suppliers:read'] };
  const other = await call(app, `/api/integrations/${setup.integrationId}/tokens`, jwt, token);
  return {
    credentials: {
      integration: setup.token,
      personal: String(personal['token']),
      session: jwt,
      private: String(privateToken['data']),
    },
    ids: {
      company: [setup.slug, setup.companyId],
      integration: [setup.integrationId],
      token: [String(other['id']), String(personal['id'])],
      user: [String(setup.userId)],
      id: [String(webhook['id']), String(privateToken['id'])],
      externalId: ['S-1', 'P-1', 'B-1'],
      batchExternalId: ['B-1'],
    },
  };
}

async function call(
  { url }: TestApp,
  path: string,
  credential: string,
  body: object,
): Promise<Record<string, unknown>> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential && { authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
