import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The process's Prometheus metrics. One registry per application, so that several can live in one process. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  readonly rowsSynced = new Counter({
    name: 'eudr_rows_synced_total',
    help: 'Rows received in bulk calls, by record type and outcome.',
    labelNames: ['type', 'outcome'],
    registers: [this.registry],
  });

  readonly deliveryAttempts = new Counter({
    name: 'eudr_webhook_attempts_total',
    help: 'Webhooks sent, by whether the endpoint accepted them.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly credentialChecks = new Counter({
    name: 'eudr_credential_checks_total',
    help: 'Credentials checked, by whether the answer came from the cache.',
    labelNames: ['source'],
    registers: [this.registry],
  });

  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
  }
}
