import { databaseAddress, databaseUrlProblem } from '../../src/platform/config/database-url.js';

const URL_ = 'mysql://eudr:p%40ss@db.example:3307/eudr';

it.each([
  ['?ssl=true', 'unknown parameter'],
  ['?ssl-mode=required', 'ssl-mode must be one of'],
  ['?ssl-mode=REQUIRED&ssl-mode=DISABLED', 'twice'],
  ['?ssl-ca=/etc/ca.pem', 'needs ssl-mode'],
  ['?sslmode=REQUIRED', 'unknown parameter'],
  ['?ssl-mode=REQUIRED&ssl-ca=/nowhere/ca.pem', 'ssl-ca names a file that cannot be read'],
  ['?ssl-mode=REQUIRED&ssl-ca=package.json', 'files in PEM'],
])('a DATABASE_URL with %s is refused', (query, problem) => {
  expect(databaseUrlProblem(URL_ + query)).toContain(problem);
});

it('names host, port, user, password and database', () => {
  expect(databaseUrlProblem(URL_)).toBeUndefined();
  expect(databaseAddress(URL_)).toEqual({
    host: 'db.example',
    port: 3307,
    user: 'eudr',
    password: 'p@ss',
    database: 'eudr',
  });
});

it('whose host is an address cannot be checked by name', () => {
  const problem = databaseUrlProblem('mysql://eudr@10.0.0.5/eudr?ssl-mode=VERIFY_IDENTITY');
  expect(problem).toContain('use VERIFY_CA');
  expect(databaseUrlProblem('mysql://eudr@10.0.0.5/eudr?ssl-mode=VERIFY_CA')).toBeUndefined();
});

it('may name the host by its IPv6 address', () => {
  expect(databaseAddress('mariadb://eudr@[::1]/eudr')).toMatchObject({ host: '::1', port: 3306 });
});

it.each([
  ['REQUIRED', { rejectUnauthorized: false, verifyIdentity: false }],
  ['VERIFY_CA', { rejectUnauthorized: true, verifyIdentity: false }],
  ['VERIFY_IDENTITY', { rejectUnauthorized: true, verifyIdentity: true }],
])('ssl-mode=%s encrypts', (mode, ssl) => {
  expect(databaseAddress(`${URL_}?ssl-mode=${mode}`).ssl).toEqual(ssl);
});
