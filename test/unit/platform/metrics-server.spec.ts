import { createLogger } from '../../../src/platform/logging/logger.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { MetricsServer } from '../../../src/platform/metrics/metrics-server.js';

it('metrics that cannot be read answer 500 and leave a line in the log', async () => {
  const lines: string[] = [];
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line: string) => lines.push(line) });
  const metrics = new Metrics();
  metrics.registry.metrics = () => Promise.reject(new Error('a collector failed'));
  const server = new MetricsServer(metrics, logger);
  const port = await server.listen('127.0.0.1', 0);
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(status).toBe(500);
    expect(lines.join()).toContain('reading metrics failed');
  } finally {
    await server.close();
  }
});
