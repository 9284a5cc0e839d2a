import { ConfigError, engineOf, readConfig } from '../../src/platform/config/config.js';

/** What reading this environment is refused with. */
function refusal(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error(`accepted ${JSON.stringify(environment)}`);
}

const wrong: [name: string, value: string][] = [
  ['NODE_ENV', 'hunter2'],
  ['PORT', 'hunter2'],
  ['PORT', '65536'],
  ['PORT', '-17'],
  ['PORT', '80.25'],
  ['PORT', ' '],
  ['PUBLIC_URL', 'hunter2'],
  ['PUBLIC_URL', 'ftp://eudr.example'],
  ['PUBLIC_URL', 'https://eudr.example/'],
  ['PUBLIC_URL', 'https://eudr.example/api'],
  ['DATABASE_URL', 'hunter2'],
  ['DATABASE_URL', 'postgres://root:hunter2@db/eudr'],
  ['DATABASE_URL', 'mysql://root:hunter2@db'],
  ['DATABASE_URL', 'mysql://root:hunter2@db/'],
  ['DATABASE_URL', 'mysql://root:hunter2@db:port/eudr'],
  ['DATABASE_POOL_SIZE', '0'],
  ['MIGRATE_ON_START', 'hunter2'],
  ['SAFE_STORE_PEPPERS', 'hunter2'],
  ['SAFE_STORE_PEPPERS', 'ab'.repeat(31)],
  ['SAFE_STORE_PEPPERS', 'a'.repeat(63)],
  ['SAFE_STORE_PEPPERS', `${'ab'.repeat(31)}!!`],
  ['SAFE_STORE_PEPPERS', Buffer.alloc(31, 7).toString('base64')],
  ['SAFE_STORE_PEPPERS', `${'ab'.repeat(32)},cdef`],
  ['REDIS_URL', 'hunter2'],
  ['REDIS_URL', 'http://:hunter2@cache'],
  ['RATE_LIMIT_PER_MINUTE', 'hunter2'],
  ['RATE_LIMIT_PER_MINUTE', '-17'],
  ['RATE_LIMIT_PER_MINUTE', ' '],
  ['AUTH_FAILURES_PER_MINUTE', 'hunter2'],
  ['TRUST_PROXY', 'hunter2'],
  ['TRUST_PROXY', '10.0.0.0/8,10.0.0.0/99'],
  ['WEBHOOK_ALLOW_PRIVATE_HOSTS', 'hunter2'],
  ['METRICS_PORT', 'hunter2'],
  ['LOG_LEVEL', 'hunter2'],
];

it.each(wrong)('%s=%j is refused by name', (name, value) => {
  const message = refusal({ [name]: value });
  expect(message).toContain(name);
  if (value.length > 1) expect(message).not.toContain(value);
  expect(message).not.toContain('hunter2');
});

it('every wrong variable is named in one message, and no right one', () => {
  const names = wrong.filter(([, value]) => value === 'hunter2').map(([name]) => name);
  const message = refusal({ ...Object.fromEntries(names.map((name) => [name, 'hunter2'])), HOST: '::1' });
  expect(names.filter((name) => !message.includes(name))).toEqual([]);
  expect(message).not.toContain('HOST:');
});

it('has the defaults that others rely on', () => {
  const { PORT, DATABASE_URL, DATA_DIR, RATE_LIMIT_PER_MINUTE, TRUST_PROXY, CORS_ORIGINS } = readConfig({});
  expect({ PORT, DATABASE_URL, DATA_DIR, RATE_LIMIT_PER_MINUTE, TRUST_PROXY, CORS_ORIGINS }).toEqual({
    PORT: 3000,
    DATABASE_URL: undefined,
    DATA_DIR: 'data',
    RATE_LIMIT_PER_MINUTE: 100,
    TRUST_PROXY: [],
    CORS_ORIGINS: [],
  });
});

it.each([
  [{}, 'http://localhost:3000'],
  [{ PORT: '4803' }, 'http://localhost:4803'],
  [{ HOST: '0.0.0.0' }, 'http://localhost:3000'],
  [{ HOST: '10.1.2.3', PORT: '80' }, 'http://10.1.2.3:80'],
  [{ HOST: '2001:db8::1' }, 'http://[2001:db8::1]:3000'],
  [{ PORT: '4803', PUBLIC_URL: 'https://eudr.example' }, 'https://eudr.example'],
])('of %j makes PUBLIC_URL %s', (environment, url) => {
  expect(readConfig(environment).PUBLIC_URL).toBe(url);
});

it('takes an empty variable for one that is not set', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', MIGRATE_ON_START: '' })).toEqual(readConfig({}));
});

it('pays no heed to variables of other programs', () => {
  expect(readConfig({ PATH: '/bin', HOME: '/' })).toEqual(readConfig({}));
});

it('splits lists at commas and drops what is empty', () => {
  const { TRUST_PROXY, CORS_ORIGINS } = readConfig({
    TRUST_PROXY: '10.0.0.0/8, ::1,',
    CORS_ORIGINS: 'https://a.example,https://b.example',
  });
  expect([TRUST_PROXY, CORS_ORIGINS]).toEqual([
    ['10.0.0.0/8', '::1'],
    ['https://a.example', 'https://b.example'],
  ]);
});

it('reads a limit of 0 as none', () => {
  expect(readConfig({ RATE_LIMIT_PER_MINUTE: '0' }).RATE_LIMIT_PER_MINUTE).toBe(0);
});

describe('SAFE_STORE_PEPPERS', () => {
  const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(40, 0xfe)];

  it.each([
    ['hex', `${first.toString('hex')},${second.toString('hex').toUpperCase()}`],
    ['base64', `${first.toString('base64')}, ${second.toString('base64')}`],
    ['base64url', `${first.toString('base64url')},${second.toString('base64url')},`],
  ])('takes keys in %s, in their order', (_encoding, list) => {
    expect(readConfig({ SAFE_STORE_PEPPERS: list }).SAFE_STORE_PEPPERS).toEqual([first, second]);
  });

  it('says what a key must be', () => {
    expect(refusal({ SAFE_STORE_PEPPERS: 'hunter2' })).toContain('32 random bytes, in hex or base64');
  });
});

describe('in production', () => {
  const production = {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://eudr.example',
    SAFE_STORE_PEPPERS: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    JWT_KEYS_FILE: '/run/secrets/jwt-keys.json',
  };

  it('PUBLIC_URL must be given', () => {
    expect(refusal({ ...production, PUBLIC_URL: '' })).toContain('PUBLIC_URL: must be given in production');
  });

  it('starts with an address, a pepper, the keys of JWTs and nothing else', () => {
    expect(readConfig(production)).toMatchObject({
      NODE_ENV: 'production',
      WEBHOOK_ALLOW_PRIVATE_HOSTS: false,
    });
  });

  it.each(['', ' ', ' , '])('SAFE_STORE_PEPPERS=%j is refused as missing', (list) => {
    expect(refusal({ ...production, SAFE_STORE_PEPPERS: list })).toContain(
      'SAFE_STORE_PEPPERS: must be given in production',
    );
  });

  it.each([
    ['repeats', 'ab'.repeat(32)],
    ['counts', Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('hex')],
    ['stands behind a good one', `${production.SAFE_STORE_PEPPERS},${'00'.repeat(32)}`],
  ])('a key of SAFE_STORE_PEPPERS that %s is refused as not random', (_pattern, list) => {
    expect(refusal({ ...production, SAFE_STORE_PEPPERS: list })).toContain(
      'SAFE_STORE_PEPPERS: holds a key that is not random',
    );
  });

  it.each(['mysql://eudr@db/eudr', 'mysql://eudr_app:EUDR_APP@db/eudr', 'mysql://eudr:change%6De@db/eudr'])(
    'DATABASE_URL=%s is refused for its password',
    (url) => {
      expect(refusal({ ...production, DATABASE_URL: url })).toContain(
        'DATABASE_URL: must hold a password in production',
      );
      expect(readConfig({ DATABASE_URL: url }).DATABASE_URL).toBe(url);
    },
  );

  it('JWT_KEYS_FILE is refused as missing', () => {
    expect(refusal({ ...production, JWT_KEYS_FILE: '' })).toContain(
      'JWT_KEYS_FILE: must be given in production',
    );
  });

  it('WEBHOOK_ALLOW_PRIVATE_HOSTS=true is refused', () => {
    expect(refusal({ ...production, WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true' })).toContain(
      'WEBHOOK_ALLOW_PRIVATE_HOSTS: must not be true in production',
    );
    expect(readConfig({ WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true' }).WEBHOOK_ALLOW_PRIVATE_HOSTS).toBe(true);
  });

  it('what it demands is named together with all else that is wrong', () => {
    const message = refusal({ NODE_ENV: 'production', PORT: 'hunter2', WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true' });
    const named = ['PORT', 'SAFE_STORE_PEPPERS', 'JWT_KEYS_FILE', 'WEBHOOK_ALLOW_PRIVATE_HOSTS'];
    expect(named.filter((name) => !message.includes(`  ${name}: `))).toEqual([]);
  });
});

describe('the engine', () => {
  it('is the embedded one without DATABASE_URL', () => {
    expect(engineOf(readConfig({}))).toBe('embedded');
  });

  it.each(['mysql://eudr:secret@db:3306/eudr', 'mariadb://db/eudr'])('is MySQL with %s', (url) => {
    expect(engineOf(readConfig({ DATABASE_URL: url }))).toBe('mysql');
  });
});
