import { createLogger, withoutCredentials } from '../../src/platform/logging/logger.js';
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

it.each([newRawToken('eudr_live_'), newWebhookSecret()])('and out of logged errors', (secret) => {
  const lines: string[] = [];
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line: string) => lines.push(line) });
  logger.error({ err: new Error(`refused ${secret}`, { cause: new Error(secret) }) }, 'failed');
  expect(lines.join()).toContain('refused [redacted]');
  expect(lines.join()).not.toContain(secret.slice(8));
});
