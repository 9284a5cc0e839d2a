import fc, { type Arbitrary } from 'fast-check';
import { hostileText, valueOf } from './arbitraries.js';
import { type Operation, OPERATIONS, type Parameter } from '../support/openapi/document.js';
import type { World } from './world.js';

/** A request before it is known which company it is for. */
export interface Draft {
  operation: Operation;
  /** By name; undefined leaves it out, `{}` in a path takes an id that there is. */
  parameters: Record<string, unknown>;
  credential: keyof World['credentials'] | 'none' | 'wrong';
  accept: string | undefined;
  body: unknown;
  contentType: string;
}

/** A request as it is sent. */
export interface FuzzRequest {
  operation: Operation;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** What stands for an id that the company has. */
const OWN_ID = {};

/** Any request of any operation of the document. */
export const drafts: Arbitrary<Draft> = fc.oneof(...OPERATIONS.map(draftOf));

function draftOf(operation: Operation): Arbitrary<Draft> {
  const parameters = operation.parameters.map((parameter) => [parameter.name, parameterOf(parameter)]);
  return fc.record({
    operation: fc.constant(operation),
    parameters: fc.record(Object.fromEntries(parameters) as Record<string, Arbitrary<unknown>>),
    credential: fc.oneof<fc.MaybeWeightedArbitrary<Draft['credential']>[]>(
      { weight: 20, arbitrary: fc.constant(usualCredential(operation.path)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('integration', 'personal', 'session', 'private', 'none', 'wrong'),
      },
    ),
    accept: fc.option(
      fc.constantFrom('application/problem+json', '*/*', 'text/html, application/json;q=0.5'),
      {
        nil: undefined,
        freq: 1,
      },
    ),
    body: operation.body ? valueOf(operation.body) : fc.constant(undefined),
    contentType: fc.oneof(
      { weight: 30, arbitrary: fc.constant('application/json') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'text/plain',
          'application/x-www-form-urlencoded',
          'application/json; charset=utf-16',
        ),
      },
    ),
  });
}

function usualCredential(path: string): Draft['credential'] {
  if (path.startsWith('/api/v1/integration')) return 'integration';
  if (path.startsWith('/apiops') || path.startsWith('/api/integrations')) return 'personal';
  return 'session';
}

function parameterOf({ in: place, schema = {} }: Parameter): Arbitrary<unknown> {
  if (place === 'path') {
    return fc.oneof(
      { weight: 6, arbitrary: fc.constant<unknown>(OWN_ID) },
      { weight: 1, arbitrary: hostileText },
    );
  }
  const given = fc.oneof({ weight: 2, arbitrary: valueOf(schema) }, { weight: 1, arbitrary: hostileText });
  return fc.option<unknown, undefined>(given, { nil: undefined, freq: 1 });
}

/** The draft as a request of a company. */
export function requestOf(draft: Draft, world: World): FuzzRequest {
  const { operation, contentType, body } = draft;
  const headers: Record<string, string> = { ...credentialHeader(draft, world) };
  if (draft.accept !== undefined) headers['accept'] = draft.accept;
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { name, in: place } of operation.parameters) {
    const value = draft.parameters[name];
    if (value === undefined) continue;
    const text = value === OWN_ID ? (world.ids[name]?.[0] ?? 'any') : textOf(value);
    if (place === 'path') path = path.replace(`{${name}}`, segment(text));
    else if (place === 'query') query.append(name, text);
    else headers[name] = text.replaceAll(/[^\x20-\x7e]/g, '').trim();
  }
  const search = query.size > 0 ? `?${query.toString()}` : '';
  const request = { operation, path: path + search, headers };
  if (operation.body === undefined) return request;
  headers['content-type'] = contentType;
  return { ...request, body: JSON.stringify(body) ?? '' };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Dots alone would be resolved by the client, and an empty segment is another path. */
function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E') || '%20';
}

function credentialHeader({ credential }: Draft, { credentials }: World): Record<string, string> {
  if (credential === 'none') return {};
  const raw = credential === 'wrong' ? `eudr_live_${'0'.repeat(48)}` : credentials[credential];
  return { authorization: `Bearer ${raw}` };
}
