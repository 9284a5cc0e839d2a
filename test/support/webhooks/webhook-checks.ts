import { type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { Answer } from '../http/client.js';
import { expectError } from '../http/expect-error.js';
import type { Row } from '../app/factories.js';
import type { Received } from './receiver.js';
import { closeEndpoints, type Endpoint, eventOf, type Webhooks } from './webhooks.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** Matches a time in the product's format. */
export const TIME: unknown = expect.stringMatching(INSTANT);

/** Maximum difference between clocks of one machine, or between signature and delivery. */
const CLOCK_MS = 15_000;

/** An entry of the event catalogue. */
export interface EventType {
  name: string;
  description: string;
  scope?: string;
  schema: object;
  example: Row;
}

export async function catalogueOf(hooks: Webhooks): Promise<EventType[]> {
  return (await hooks.eventTypes()).body.eventTypes;
}

/** Compiles a schema of the catalogue. A keyword or format that JSON Schema does not define is an error. */
export function compileSchema(schema: object): ValidateFunction {
  const text = JSON.stringify(schema);
  const compiled = compiledSchemas.get(text) ?? newAjv().compile(schema);
  compiledSchemas.set(text, compiled);
  return compiled;
}

const newAjv = (): Ajv2020 => new Ajv2020({ allErrors: true, formats: { 'date-time': INSTANT } });
/** By the text of the schema, because compiling is slow and the catalogue is read after each test. */
const compiledSchemas = new Map<string, ValidateFunction>();

/** Returns the signatures in both formats: `old` uses the secret as text, `standard` decodes it. */
export function signaturesOf(headers: IncomingHttpHeaders): { old: string[]; standard: string[] } {
  return {
    old: String(headers['x-webhook-signature']).split(/,\s*/),
    standard: String(headers['webhook-signature']).split(' '),
  };
}

/** Computes the signatures that the contract requires, with Node's HMAC only. */
export function expectedSignatures(
  { headers, body }: Received,
  secret: string,
): { old: string; standard: string } {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return {
    old: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    standard: `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  };
}

/** Whether the public Standard Webhooks library accepts a request with a secret. */
export function verifies({ headers, body }: Received, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/**
 * Asserts every header of the contract, and that one of the endpoint's secrets signed the body in both
 * formats.
 */
export function expectGenuine(request: Received, endpoint: Endpoint): void {
  const { headers, at } = request;
  const { event } = eventOf(request);
  expect(headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/json/),
    'user-agent': 'EUDR-Platform-Webhook/1.0',
    'x-webhook-event': event,
    'x-webhook-id': endpoint.id,
    'x-webhook-timestamp': TIME,
    'webhook-id': expect.stringMatching(/^[\w-]+$/),
    'webhook-timestamp': expect.stringMatching(/^\d+$/),
  });
  expect(Math.abs(Number(headers['webhook-timestamp']) * 1000 - at)).toBeLessThan(CLOCK_MS);
  const signer = endpoint.secrets.find((secret) => verifies(request, secret));
  expect(signer).toBeDefined();
  const { old, standard } = expectedSignatures(request, signer as string);
  expect(signaturesOf(headers).old).toContain(old);
  expect(signaturesOf(headers).standard).toContain(standard);
}

/**
 * Call it after each test. It closes the receivers and checks every received request against the contract's
 * headers and signatures, and against the published schemas.
 */
export async function checkAndCloseEndpoints(): Promise<void> {
  const endpoints = await closeEndpoints();
  const [first] = endpoints;
  if (!first) return;
  const catalogue = await catalogueOf(first.hooks);
  const schemas = new Map(catalogue.map(({ name, schema }) => [name, compileSchema(schema)]));
  for (const endpoint of endpoints) {
    for (const request of endpoint.receiver.requests) {
      expectGenuine(request, endpoint);
      const event = eventOf(request);
      expect(Object.keys(event).sort()).toEqual(['data', 'event', 'integrationId', 'timestamp']);
      if (event.event !== 'ping') expectValid(schemas.get(event.event), event);
    }
  }
}

/** Asserts that a body matches its schema. A failure shows the differences. */
export function expectValid(validate: ValidateFunction | undefined, body: unknown): void {
  expect(validate).toBeDefined();
  expect(validate?.(body) === true ? [] : validate?.errors).toEqual([]);
}

/** Asserts a VALIDATION_ERROR for only this field, with a message that matches the pattern. */
export function expectRefused(answer: Answer, path: string, says: RegExp = /./): void {
  expectError(answer, 400, 'VALIDATION_ERROR', says);
  const paths = (answer.body.details as { path: string }[]).map((detail) => detail.path.split(/[.[]/)[0]);
  expect([...new Set(paths)]).toEqual([path]);
}
