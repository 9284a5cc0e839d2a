import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Answers `Expect: 100-continue` only when the body is about to be read (RFC 9110, section 10.1.1).
 * If the headers alone lead to a refusal, it sends no 100 and closes the connection, because the body may or
 * may not follow.
 */
export function continueWhenReading(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const { shouldKeepAlive } = response;
    response.shouldKeepAlive = false;
    request.once('resume', () => {
      // After its response, Node reads and discards the rest of a request.
      if (response.headersSent) return;
      response.shouldKeepAlive = shouldKeepAlive;
      response.writeContinue();
    });
    server.emit('request', request, response);
  });
}
