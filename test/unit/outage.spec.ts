import { Outage } from '../../src/platform/database/outage.js';
import { createLogger } from '../../src/platform/logging/logger.js';

it('an outage is one line in the log, however many calls meet it, and none ends it at once', () => {
  const lines: string[] = [];
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line: string) => lines.push(line) });
  const outage = new Outage('writes', logger);
  outage.worked();
  for (let calls = 0; calls < 100; calls += 1) {
    outage.failed({ code: 'ECONNREFUSED', message: 'connect to a secret place' });
    outage.worked();
  }
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] as string)).toMatchObject({
    for: 'writes',
    code: 'ECONNREFUSED',
    msg: expect.stringMatching(/^database unreachable since \d{4}-/),
  });
  expect(lines[0]).not.toContain('secret');
});
