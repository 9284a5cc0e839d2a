import 'reflect-metadata';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Owner } from '../../src/integrations/owner.js';
import type { SupplierInput } from '../../src/records/suppliers/dto/supplier-input.dto.js';
import { openBareDatabase, type Place } from './bare-database.js';
import { BareSuppliers } from './bare-suppliers.js';
import { productStatements } from './statements.js';

/** What the server is told, as JSON in its only argument. */
export interface BareServerJob {
  owner: Owner;
  place: Place;
  poolSize: number;
  limit: number;
}

const { owner, place, poolSize, limit } = JSON.parse(process.argv[2] as string) as BareServerJob;
const database = openBareDatabase(place, poolSize);
const suppliers = new BareSuppliers(database, owner, await productStatements(owner, limit));

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function work(request: IncomingMessage): Promise<object> {
  if (request.method === 'GET') return suppliers.list(limit);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as { suppliers: SupplierInput[] };
  return suppliers.upsert(body.suppliers);
}

const server = createServer((request, response) => {
  work(request).then(
    (body) => answer(response, 200, body),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      answer(response, 500, {});
    },
  );
});
server.listen(Number(process.env['PORT']), '127.0.0.1');

process.on('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => void database.close().then(() => process.exit(0)));
});
