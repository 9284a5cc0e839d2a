import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

/** Serves the metrics on an address of their own, away from the public port; every path answers alike. */
export class MetricsServer {
  private server: Server | undefined;

  constructor(private readonly metrics: Metrics) {}

  /** @returns the port that was bound. */
  async listen(host: string, port: number): Promise<number> {
    this.metrics.collectProcessMetrics();
    const server = createServer((_request, response) => {
      void this.metrics.registry.metrics().then((text) => {
        response.setHeader('content-type', this.metrics.registry.contentType);
        response.end(text);
      });
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
