import { startApp, type TestApp } from '../../support/app/app.js';
import { command, commandReading } from '../../support/app/commands.js';
import { type Answer, Client } from '../../support/http/client.js';
import { givenAccount, signIn } from '../../support/people/accounts.js';
import { changePerson, givenPerson, type Person } from '../../support/people/members.js';
import { PASSWORD } from '../../support/people/usual-password.js';

let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startApp();
  admin = await givenPerson(app);
});
afterAll(() => app.close());

const invite = (email: string): Promise<Answer> =>
  admin.client.post(`/apiops/projects/${admin.slug}/users/`, { email, roles: ['ROLE_VIEWER'] });

/** Addresses that look like another one, and what the refusal says. */
const LOOK_ALIKES: [email: string, complaint: RegExp][] = [
  ['an\u200ba@acme.example', /invisible characters; remove U\+200B/],
  ['ana\u00ad@acme.example', /remove U\+00AD/],
  ['ana@acme\u2060.example', /remove U\+2060/],
  ['\u202eana@acme.example', /remove U\+202E/],
  ['"an a"@acme.example', /white space/],
  ['an\u00a0a@acme.example', /remove U\+00A0/],
  ['a\u3164na@acme.example', /remove U\+3164/],
  ['ana\u0301@acme.example', /use an\u00e1@acme\.example/],
  ['\ufb01ona@acme.example', /use fiona@acme\.example/],
];

describe.each(LOOK_ALIKES)('%j', (email, complaint) => {
  it('is not invited', async () => {
    const { status, body } = await invite(email);
    expect([status, body.validation_errors]).toEqual([
      400,
      [{ path: 'email', message: expect.stringMatching(complaint) }],
    ]);
  });
});

it('nobody gets such an address at the command line', async () => {
  const [[email, complaint]] = LOOK_ALIKES as [[string, RegExp]];
  const roles = ['--roles', 'ROLE_VIEWER'];
  const runs = [
    await command(app.env, 'user:create', email, '--company', admin.slug, ...roles),
    await command(app.env, 'user:invite', email, '--company', admin.slug, ...roles),
    await commandReading(
      PASSWORD,
      app.env,
      ...['bootstrap', '--company', 'Look-alike', '--email', email, '--password-stdin'],
    ),
  ];
  for (const { code, stdout, stderr } of runs) {
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(complaint);
  }
});

it('white space around an address is not part of it, and other letters than English ones are', async () => {
  expect((await invite(' Bea@acme.example\n')).body.invitation.email).toBe('bea@acme.example');
  expect((await invite('jos\u00e9@acme.example')).body.invitation.email).toBe('jos\u00e9@acme.example');
});

it('an account from before that has such an address is signed in to; one that is not there answers as any', async () => {
  const [[email]] = LOOK_ALIKES as [[string, RegExp]];
  const unknown = await signIn(app, email);
  await changePerson(app, (await givenAccount(app)).id, { email });
  expect((await signIn(app, email)).status).toBe(200);
  const other = await signIn(app, 'nobody@acme.example');
  expect([unknown.status, unknown.body]).toEqual([other.status, other.body]);
});

describe('a link with a password that no new one may be', () => {
  const accept = (token: string, password: string): Promise<Answer> =>
    new Client(app.url).post('/api/v1/auth/invitations/accept', { token, password });
  const shownTo = async (email: string): Promise<string> =>
    ((await invite(email)).body.invitation.link as string).split('#')[1] as string;

  it.each(['hunter2', 'aaaaaaaaaaaaaa', 'password123456'])(
    'answers %j alike whether there is an account or not',
    async (password) => {
      const { email } = await givenAccount(app);
      const tokens = [await shownTo(email), await shownTo('somebody-new@acme.example')];
      const [known, fresh] = await Promise.all(tokens.map((token) => accept(token, password)));
      expect([known?.status, known?.body]).toEqual([fresh?.status, fresh?.body]);
      expect(known?.body.errors[0]).toMatchObject({ attr: 'password' });
      expect((await accept(tokens[0] as string, `${PASSWORD}!`)).status).toBe(401);
      expect((await accept(tokens[0] as string, PASSWORD)).status).toBe(200);
    },
  );
});
