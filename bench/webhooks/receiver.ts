import { createServer } from 'node:http';

/** Answers whatever it is sent with 200, at once. */
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-length': '0' });
  response.end();
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
