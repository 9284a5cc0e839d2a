import { readFileSync } from 'node:fs';
import { AuthErrors } from '../../src/auth/principal/auth.errors.js';
import { CommonErrors, validationError } from '../../src/platform/errors/common.errors.js';
import { type DocumentedSurface, SURFACES } from '../../src/surfaces.js';

interface Documented {
  tags: { name: string }[];
  paths: Record<string, Record<string, { tags: string[] }>>;
  components: { schemas: Record<string, { properties: object; required: string[] }> };
}

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as Documented;

/** Routes of no surface that are shown beside those of one: the keys, beside the sign-in that they belong to. */
const SHOWN_ELSEWHERE = ['/.well-known/jwks.json'];

const ERRORS = [
  CommonErrors.notFound.error(),
  CommonErrors.internal.error(),
  AuthErrors.tokenExpired.error(),
  AuthErrors.rateLimitExceeded.error({ headers: { 'Retry-After': '7' } }),
  validationError([{ path: 'limit', message: 'limit must be a number' }]),
];

describe('the table of surfaces', () => {
  const prefixes = SURFACES.all.flatMap((surface) => surface.prefixes);

  it('holds no path twice: no prefix begins with another one', () => {
    const doubled = prefixes.filter((prefix) =>
      prefixes.some((other) => other !== prefix && `${prefix}/`.startsWith(`${other}/`)),
    );
    expect(doubled).toEqual([]);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  it('writes prefixes as paths without a slash at their end', () => {
    expect(prefixes.filter((prefix) => !/^(\/[a-z0-9]+)+$/.test(prefix))).toEqual([]);
  });

  it('has a name of its own for each surface', () => {
    const names = SURFACES.all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('shows every route of a surface under a tag of that surface', () => {
    const wrong = Object.entries(document.paths).filter(([path, operations]) => {
      const own = Object.keys(SURFACES.of(path).tags);
      return Object.values(operations).some(({ tags }) => !tags.every((tag) => own.includes(tag)));
    });
    expect(wrong.map(([path]) => path)).toEqual(SHOWN_ELSEWHERE);
  });

  it('lists each tag of the document once', () => {
    const tags = SURFACES.all.flatMap((surface) => Object.keys(surface.tags));
    expect(document.tags.map(({ name }) => name)).toEqual(tags);
    expect(new Set(tags).size).toBe(tags.length);
  });
});

it.each([
  ['/api/v1/integration/suppliers', 'integration'],
  ['/api/v1/auth/login', 'companies'],
  ['/api/v1/companies/com_1/batches', 'companies'],
  ['/api/integrations/int_1/tokens', 'integrations of a company'],
  ['/apiops', 'management'],
  ['/apiops?page=2', 'management'],
  ['/apiops/', 'management'],
  ['/apiopsy/test', 'everything else'],
  ['/api/v1/authors', 'everything else'],
  ['/api/v1/setup', 'everything else'],
  ['/health/live?then=/apiops/', 'everything else'],
  ['/', 'everything else'],
])('%s belongs to the surface %s', (path, name) => {
  expect(SURFACES.of(path).name).toBe(name);
});

describe.each(SURFACES.all.map((surface): [string, DocumentedSurface] => [surface.name, surface]))(
  'an error of the surface "%s"',
  (_, { errorBody, formatError }) => {
    it.each(ERRORS)('has the fields that its schema names: %s', (error) => {
      const { properties, required } = document.components.schemas[errorBody.name]!;
      const fields = Object.keys(formatError(error, { id: 'req_1' }).body);
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(fields));
      expect(fields).toEqual(expect.arrayContaining(required));
    });

    it.each(ERRORS)('is RFC 9457 problem details where they are asked for: %s', (error) => {
      const accept = 'application/problem+json, application/json;q=0.5';
      const { contentType, body } = formatError(error, { id: 'req_1', accept });
      expect(contentType).toBe('application/problem+json');
      expect(body).toMatchObject({ type: 'about:blank', status: error.kind.status, code: error.kind.code });
    });
  },
);
