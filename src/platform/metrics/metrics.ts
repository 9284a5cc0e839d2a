import { Counter, type CounterConfiguration, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export type { Counter };

/**
 * The Prometheus metrics of one application. Each application has its own registry, so several can run in one
 * process.
 */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  /**
   * Creates a counter. Each provider creates its counters once.
   * @throws {Error} if the name is already in use
   */
  counter<Label extends string>(
    options: Pick<CounterConfiguration<Label>, 'name' | 'help' | 'labelNames'>,
  ): Counter<Label> {
    return new Counter({ ...options, registers: [this.registry] });
  }

  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
  }
}
