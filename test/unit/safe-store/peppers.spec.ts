import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/platform/config/config.js';
import { type MasterKey, MasterKeys } from '../../../src/platform/safe-store/master-keys.js';

const FILE = 'safe-store-pepper';

const freshFolder = (): string => mkdtempSync(join(process.env['EUDR_TEST_FOLDER'] ?? tmpdir(), 'peppers-'));
const peppersOf = (DATA_DIR: string, SAFE_STORE_PEPPERS: Buffer[] = []): MasterKeys =>
  new MasterKeys({ DATA_DIR, SAFE_STORE_PEPPERS });

describe('configured peppers', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];

  it('the first seals and each is found by its id, which does not hold it', async () => {
    const peppers = peppersOf('/nowhere', [first, second]);
    const older = await peppersOf('/nowhere', [second]).first();
    expect((await peppers.first()).secret).toEqual(first);
    expect((await peppers.find(older.id))?.secret).toEqual(second);
    expect(second.toString('hex')).not.toContain(older.id);
    expect(await peppers.find('0123456789ab')).toBeUndefined();
  });

  it('leave the data folder alone', async () => {
    const folder = freshFolder();
    await peppersOf(folder, [first]).first();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('without a configured pepper', () => {
  it('one is made when it is needed, not before, for its owner only, and stays', async () => {
    const folder = join(freshFolder(), 'not', 'there', 'yet');
    const peppers = peppersOf(folder);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
    const { secret } = await peppers.first();
    expect(secret).toHaveLength(32);
    expect(readdirSync(folder)).toEqual([FILE]);
    expect(statSync(join(folder, FILE)).mode & 0o777).toBe(0o600);
    expect((await peppersOf(folder).first()).secret).toEqual(secret);
  });

  it.each([1, 2, 3, 4, 5])('processes that make one at once agree on one (round %i)', async () => {
    const folder = freshFolder();
    const made = await Promise.all(Array.from({ length: 16 }, () => peppersOf(folder).first()));
    expect(new Set(made.map(({ id }: MasterKey) => id)).size).toBe(1);
    expect(readFileSync(join(folder, FILE), 'utf8').trim()).toBe(made[0]?.secret.toString('hex'));
    expect(readdirSync(folder)).toEqual([FILE]);
  });

  it('a folder that cannot be used is an error once, and no longer when it can', async () => {
    const folder = join(freshFolder(), 'data');
    writeFileSync(folder, 'a file where the folder should be');
    const peppers = peppersOf(folder);
    await expect(peppers.first()).rejects.toThrow(/EEXIST|ENOTDIR/);
    rmSync(folder);
    mkdirSync(folder);
    expect((await peppers.first()).secret).toHaveLength(32);
  });

  it.each(['', 'hunter2', 'ab'.repeat(31)])(
    'a file that holds %j is refused without being shown',
    async (text) => {
      const folder = freshFolder();
      writeFileSync(join(folder, FILE), text);
      const refused = await peppersOf(folder)
        .first()
        .catch((error: unknown) => error as Error);
      expect(refused).toBeInstanceOf(ConfigError);
      expect((refused as Error).message).toContain(join(folder, FILE));
      if (text !== '') expect((refused as Error).message).not.toContain(text);
      expect(readFileSync(join(folder, FILE), 'utf8')).toBe(text);
    },
  );
});
