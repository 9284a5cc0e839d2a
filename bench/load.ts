import autocannon from 'autocannon';
import type { StampedBody } from './bodies.js';

/** What is asked of a server, by how many connections at once. */
export interface Load {
  url: string;
  connections: number;
  token?: string;
  /** For calls with a body: the bodies that one connection sends, by the connection's number. */
  bodies?: (connection: number) => StampedBody;
}

/** What came of one round. */
export interface Round {
  requests: number;
  requestsPerSecond: number;
  /** Latencies in milliseconds; NaN where none were taken. */
  p50: number;
  p99: number;
}

/**
 * Loads a server for some seconds, every connection sending its next request when it has the last one's answer.
 * @throws when an answer was not a 2xx, for then the figures mean nothing.
 */
export async function loadRound(load: Load, seconds: number): Promise<Round> {
  const { url, connections, token, bodies } = load;
  let connection = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(bodies ? { setupClient: (client) => sendBodies(client, url, bodies(connection++)) } : {}),
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0)
    throw new Error(`${failed} calls of ${url} failed: ${JSON.stringify(result.statusCodeStats)}`);
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

function sendBodies(client: autocannon.Client, url: string, bodies: StampedBody): void {
  const setupRequest = (request: autocannon.Request): autocannon.Request => ({
    ...request,
    body: bodies.next(),
  });
  const headers = { 'content-type': 'application/json' };
  client.setRequests([{ method: 'POST', path: new URL(url).pathname, headers, setupRequest }]);
}
