import { randomBytes } from 'node:crypto';
import type { Database, Tx } from '../../src/platform/database/database.js';
import { newId } from '../../src/platform/ids/ids.js';
import { CompanyKeys } from '../../src/platform/safe-store/company-keys.js';
import { MasterKeys } from '../../src/platform/safe-store/master-keys.js';
import { SafeStore } from '../../src/platform/safe-store/safe-store.js';
import { MacBroken } from '../../src/platform/safe-store/safe-store.errors.js';
import { settledOrWaiting, newSignal } from '../support/waiting/signal.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';

const PURPOSE = 'webhook-secret';
const SECRET = 'whsec_correct horse battery staple — ☕';
const [pepper, newerPepper] = [randomBytes(32), randomBytes(32)];

let open: OpenDatabase;
let database: Database;
/** Another process on the same database. */
let elsewhere: OpenDatabase;
beforeAll(async () => {
  open = await openDatabase();
  ({ database } = open);
  elsewhere = await openDatabase(open.env);
});
afterAll(async () => {
  await open.close();
  await elsewhere.close();
});

/** The safe store of a process of its own, with nothing cached. */
const storeWith = (...SAFE_STORE_PEPPERS: Buffer[]): SafeStore =>
  new SafeStore(new MasterKeys({ SAFE_STORE_PEPPERS, DATA_DIR: '/nowhere' }), new CompanyKeys());

const store = storeWith(pepper);

const keysOf = (companyId: string): Promise<{ company_key: string }[]> =>
  database.select('SELECT company_key FROM safe_store_keys WHERE company_id = ?', [companyId]);

/** What opening is refused with; never with anything of what was sealed. */
async function refusal(opening: Promise<string>): Promise<string> {
  const error: unknown = await opening.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MacBroken);
  expect((error as Error).message).not.toContain('whsec_');
  return (error as Error).message;
}

describe('a sealed text', () => {
  it.each(['', 'a', SECRET, ' \0\n"', '☕'.repeat(5_000)])(
    'opens as it was, in any process',
    async (text) => {
      const companyId = newId('com');
      const sealed = await store.seal(database, companyId, PURPOSE, text);
      expect(await store.open(database, companyId, PURPOSE, sealed)).toBe(text);
      expect(await storeWith(pepper).open(elsewhere.database, companyId, PURPOSE, sealed)).toBe(text);
    },
  );

  it('is ASCII that names its version and pepper, and is another each time', async () => {
    const companyId = newId('com');
    const all = await Promise.all(
      Array.from({ length: 50 }, () => store.seal(database, companyId, PURPOSE, SECRET)),
    );
    expect(all.filter((sealed) => !/^v1\.[0-9a-f]{12}\.[\w-]+$/.test(sealed))).toEqual([]);
    expect(new Set(all).size).toBe(50);
    expect(new Set(all.map((sealed) => sealed.split('.')[1])).size).toBe(1);
  });

  it('opens for no other company, purpose or pepper', async () => {
    const [companyId, other, unknown] = [newId('com'), newId('com'), newId('com')];
    const sealed = await store.seal(database, companyId, PURPOSE, SECRET);
    await store.seal(database, other, PURPOSE, SECRET);
    expect(await refusal(store.open(database, other, PURPOSE, sealed))).toContain('another company');
    expect(await refusal(store.open(database, companyId, 'oauth-secret', sealed))).toContain('purpose');
    expect(await refusal(store.open(database, unknown, PURPOSE, sealed))).toContain('has no key');
    const otherPepper = storeWith(randomBytes(32)).open(database, companyId, PURPOSE, sealed);
    expect(await refusal(otherPepper)).toContain('is not among SAFE_STORE_PEPPERS');
  });

  it('makes no key by being opened', async () => {
    const companyId = newId('com');
    const sealed = await store.seal(database, newId('com'), PURPOSE, SECRET);
    await refusal(store.open(database, companyId, PURPOSE, sealed));
    expect(await keysOf(companyId)).toEqual([]);
  });

  it('does not open under the key of another company that was put in its place', async () => {
    const [companyId, other] = [newId('com'), newId('com')];
    const sealed = await store.seal(database, companyId, PURPOSE, SECRET);
    await store.seal(database, other, PURPOSE, SECRET);
    const [key] = await keysOf(companyId);
    await database.write('UPDATE safe_store_keys SET company_key = ? WHERE company_id = ?', [
      key?.company_key as string,
      other,
    ]);
    await refusal(storeWith(pepper).open(database, other, PURPOSE, sealed));
  });

  it('does not open when any of its characters is another', async () => {
    const companyId = newId('com');
    const sealed = await store.seal(database, companyId, PURPOSE, 'short');
    for (let place = 0; place < sealed.length; place += 1) {
      const character = sealed[place] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, place) + character + sealed.slice(place + 1);
      await refusal(store.open(database, companyId, PURPOSE, changed));
    }
  });

  it('does not open when it is shorter, longer or something else', async () => {
    const companyId = newId('com');
    const sealed = await store.seal(database, companyId, PURPOSE, SECRET);
    const head = sealed.slice(0, sealed.lastIndexOf('.') + 1);
    const wrong = ['', 'v1', SECRET, head, `${head}AAAA`, sealed.slice(0, -1), `${sealed}A`, `${sealed}=`];
    for (const text of [...wrong, `${sealed}\n`, ` ${sealed}`, sealed.replace('v1', 'v2')])
      await refusal(store.open(database, companyId, PURPOSE, text));
  });
});

it('what is not well-formed Unicode is refused, for it would not come back as it was', async () => {
  await expect(store.seal(database, newId('com'), PURPOSE, 'half a \ud83d pair')).rejects.toThrow(TypeError);
});

describe('a change of pepper', () => {
  it('opens what the one before sealed, and seals under the new one', async () => {
    const companyId = newId('com');
    const before = await store.seal(database, companyId, PURPOSE, SECRET);
    const changing = storeWith(newerPepper, pepper);
    expect(await changing.open(database, companyId, PURPOSE, before)).toBe(SECRET);
    const after = await changing.seal(database, companyId, PURPOSE, SECRET);
    expect(await storeWith(newerPepper).open(database, companyId, PURPOSE, after)).toBe(SECRET);
    await refusal(store.open(database, companyId, PURPOSE, after));
    await refusal(storeWith(newerPepper).open(database, companyId, PURPOSE, before));
  });
});

describe("a company's key", () => {
  const sealIn = (tx: Tx, companyId: string): Promise<string> =>
    storeWith(pepper).seal(tx, companyId, PURPOSE, SECRET);

  it('is made once by two transactions that need it at once, whichever is first', async () => {
    const companyId = newId('com');
    const [sealed, mayEnd] = [newSignal(), newSignal()];
    const first = database.transaction(async (tx) => {
      const text = await sealIn(tx, companyId);
      sealed.send();
      await mayEnd.received;
      return text;
    });
    await sealed.received;
    const second = elsewhere.database.transaction((tx) => sealIn(tx, companyId));
    await settledOrWaiting(second);
    mayEnd.send();
    for (const text of await Promise.all([first, second]))
      expect(await storeWith(pepper).open(database, companyId, PURPOSE, text)).toBe(SECRET);
    expect(await keysOf(companyId)).toHaveLength(1);
  });

  it('is made once by many callers in one process and another', async () => {
    const companyId = newId('com');
    const texts = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        storeWith(pepper).seal(index % 2 ? database : elsewhere.database, companyId, PURPOSE, SECRET),
      ),
    );
    for (const text of texts) expect(await store.open(database, companyId, PURPOSE, text)).toBe(SECRET);
    expect(await keysOf(companyId)).toHaveLength(1);
  });

  it('goes with the transaction that made it, and is not remembered', async () => {
    const companyId = newId('com');
    const rolledBack = database.transaction(async (tx) => {
      await store.seal(tx, companyId, PURPOSE, SECRET);
      await store.seal(tx, companyId, PURPOSE, SECRET);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect(await keysOf(companyId)).toEqual([]);
    const text = await store.seal(database, companyId, PURPOSE, SECRET);
    expect(await storeWith(pepper).open(database, companyId, PURPOSE, text)).toBe(SECRET);
  });

  it('is read once and then known', async () => {
    const companyId = newId('com');
    const text = await store.seal(database, companyId, PURPOSE, SECRET);
    await database.write('DELETE FROM safe_store_keys WHERE company_id = ?', [companyId]);
    expect(await store.open(database, companyId, PURPOSE, text)).toBe(SECRET);
  });
});
