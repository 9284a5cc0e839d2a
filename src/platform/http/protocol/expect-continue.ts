import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Answers `Expect: 100-continue` when the body is about to be read, and not at all where the headers alone tell why the
 * request is refused; the connection is closed then, for nobody can tell whether the body still comes (RFC 9110, section
 * 10.1.1).
 */
export function continueWhenReading(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const { shouldKeepAlive } = response;
    response.shouldKeepAlive = false;
    request.once('resume', () => {
      // Node discards what is left of a request after its response.
      if (response.headersSent) return;
      response.shouldKeepAlive = shouldKeepAlive;
      response.writeContinue();
    });
    server.emit('request', request, response);
  });
}
