import type { ArgumentMetadata, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { getMetadataStorage } from 'class-validator';
import { type AppError, type Violation } from '../../../src/platform/errors/app-error.js';
import { createValidationPipe } from '../../../src/platform/http/validation.js';
import { givenErp } from '../../support/app/factories.js';
import { startApp, type TestApp } from '../../support/app/app.js';

const API_MODEL_PROPERTIES = 'swagger/apiModelProperties';
const BODY = '3';
const QUERY = '4';

interface Argument {
  kind: 'body' | 'query';
  dto: Type;
}

let app: TestApp;
let args: Argument[];
beforeAll(async () => {
  app = await startApp();
  args = [...app.nest.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => argumentsOf(metatype as Type));
});
afterAll(() => app.close());

/** The bodies and query strings that a controller's routes check against a DTO. */
function argumentsOf(controller: Type): Argument[] {
  const prototype = controller.prototype as object;
  return methodsOf(prototype).flatMap((method) => {
    const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as Type[];
    const routeArgs = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
      string,
      { index: number }
    >;
    return Object.entries(routeArgs).flatMap(([key, { index }]) => {
      const dto = types[index] as Type;
      const [kind] = key.split(':');
      if ((kind !== BODY && kind !== QUERY) || propertiesOf(dto).length === 0) return [];
      return [{ kind: kind === BODY ? ('body' as const) : ('query' as const), dto }];
    });
  });
}

/** Its own and those that it inherits, as controllers of several surfaces do. */
function methodsOf(prototype: object | null): string[] {
  if (prototype === null || prototype === Object.prototype) return [];
  const inherited = methodsOf(Object.getPrototypeOf(prototype) as object | null);
  return [...new Set([...Object.getOwnPropertyNames(prototype), ...inherited])];
}

function propertiesOf(dto: Type): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/** As the documentation says. */
const isList = (dto: Type, property: string): boolean => {
  const documented = Reflect.getMetadata(API_MODEL_PROPERTIES, dto.prototype as object, property) as
    { type?: unknown; isArray?: boolean } | undefined;
  return documented?.isArray === true || documented?.type === 'array' || Array.isArray(documented?.type);
};

/** What the product answers to this value. */
async function violationsOf({ kind, dto }: Argument, value: object): Promise<Violation[]> {
  const metadata: ArgumentMetadata = { type: kind, metatype: dto };
  try {
    await createValidationPipe().transform(value, metadata);
    return [];
  } catch (error) {
    return (error as AppError).details as Violation[];
  }
}

/** `X: message` of each property of each DTO, given this value, where the message is not the expected one. */
async function wrong(
  some: Argument[],
  value: unknown,
  isRight: (message: string, property: string, dto: Type) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const argument of some) {
    for (const property of propertiesOf(argument.dto)) {
      const own = (await violationsOf(argument, { [property]: value })).filter(
        ({ path }) => path === property,
      );
      const rightOnes = own.filter(({ message }) => isRight(message, property, argument.dto));
      if (own.length > 1 || rightOnes.length < own.length)
        found.push(`${argument.dto.name}: ${own.map(({ message }) => message).join('; ')}`);
    }
  }
  return [...new Set(found)];
}

it('walks the bodies and query strings of the routes', () => {
  const names = new Set(args.map(({ dto }) => dto.name));
  for (const name of [
    'LoginRequest',
    'AuditQueryParameters',
    'ReplayRequest',
    'RecordListQuery',
    'RotationRequest',
  ]) {
    expect([...names]).toContain(name);
  }
});

it('a missing member is told to be missing, and nothing else', async () => {
  for (const argument of args) {
    const told = await violationsOf(argument, {});
    for (const { path, message, code } of told) {
      expect([argument.dto.name, message, code]).toEqual([
        argument.dto.name,
        `${path} is required`,
        'required',
      ]);
    }
  }
});

it('a query parameter that is given twice is told to be given twice', async () => {
  const queries = args.filter(({ kind }) => kind === 'query');
  const given = await wrong(
    queries,
    ['5', '6'],
    (message, property, dto) =>
      isList(dto, property) || message === `${property} must be given once, not as a list`,
  );
  expect(given).toEqual([]);
});

it('a list is not told to be one value', async () => {
  const lists = args.filter(
    ({ kind, dto }) => kind === 'body' && propertiesOf(dto).some((name) => isList(dto, name)),
  );
  expect(lists.length).toBeGreaterThan(3);
  const given = await wrong(
    lists,
    ['supplier.*'],
    (message, property, dto) => !isList(dto, property) || !message.includes('once'),
  );
  expect(given).toEqual([]);
});

it.each([[{}], [7.5], [true], ['text'], [['text']], [[7]]])(
  'a member of the wrong type is told so once, by its name: %j',
  async (value) => {
    const bodies = args.filter(({ kind }) => kind === 'body');
    const given = await wrong(bodies, value, (message, property) =>
      new RegExp(`^(each value in |each of )?${property} must`).test(message),
    );
    expect(given).toEqual([]);
  },
);

it('the usual mistakes are told as what they are', async () => {
  const { client } = await givenErp(app);
  const webhook = { url: 'https://93.184.216.34/', events: 'supplier.created' };
  const answers = [
    await client.post('/webhook-events', webhook),
    await client.post('/suppliers', {}),
    await client.post('/suppliers', { suppliers: 'all' }),
    await client.get('/suppliers?limit=5&limit=6'),
    await client.get('/sync-status?entityType=SUPPLIER&since=2026-01-01&since=2026-01-02'),
  ];
  expect(answers.map(({ status, body }) => [status, body.message])).toEqual([
    [400, 'events must be an array'],
    [400, 'suppliers is required: a list of records'],
    [400, 'suppliers must be a list of records'],
    [400, 'limit must be given once, not as a list'],
    [400, 'since must be given once, not as a list'],
  ]);
});
