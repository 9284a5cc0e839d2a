import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NameLookups } from '../../../src/webhooks/transport/name-lookups.js';
import { type DnsServer, startDnsServer } from '../../support/webhooks/dns-server.js';

let server: DnsServer;
let lookups: NameLookups;
const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
const hostsFile = join(folder, 'hosts');
beforeAll(async () => {
  writeFileSync(
    hostsFile,
    '# ours\n10.0.0.7 inside.example  Erp # here\nfd00::7\tinside.example\nnonsense x\n',
  );
  server = await startDnsServer((name) => {
    if (name.endsWith('dead.example')) return 'silence';
    return name.endsWith('gone.example') ? 'unknown' : '93.184.216.34';
  });
  lookups = new NameLookups({ servers: [server.address], hostsFile });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const addresses = async (name: string, integration = 'int_1'): Promise<string[]> =>
  (await lookups.addressesOf(name, integration)).map(({ address }) => address);

describe('a name', () => {
  it('is looked up at the DNS servers', async () => {
    expect(await addresses('hooks.example')).toEqual(['93.184.216.34']);
  });

  it('that does not exist is told from one that nobody answers for', async () => {
    await expect(addresses('gone.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(addresses('dead.example')).rejects.toMatchObject({ code: 'EAI_AGAIN' });
  }, 15_000);

  it('of the hosts file has the addresses there, and nobody is asked', async () => {
    const before = server.asked.length;
    expect(await addresses('inside.example')).toEqual(['10.0.0.7', 'fd00::7']);
    expect(await addresses('ERP.')).toEqual(['10.0.0.7']);
    expect(await addresses('x.localhost')).toEqual(['127.0.0.1']);
    expect(server.asked).toHaveLength(before);
  });

  it('is looked up once for an integration at a time', async () => {
    await Promise.all([addresses('once.example'), addresses('once.example')]);
    // For addresses of IPv4 and of IPv6.
    expect(server.asked.filter((name) => name === 'once.example')).toHaveLength(2);
  });
});

it('names of the hosts file that nobody has are those of the file as it is then', async () => {
  const path = join(folder, 'other');
  const fresh = (): NameLookups => new NameLookups({ servers: [server.address], hostsFile: path });
  expect(await fresh().addressesOf('late.example', 'int_1')).toEqual([
    { address: '93.184.216.34', family: 4 },
  ]);
  writeFileSync(path, '10.0.0.8 late.example\n');
  utimesSync(path, 1, 1);
  expect(await fresh().addressesOf('late.example', 'int_1')).toEqual([{ address: '10.0.0.8', family: 4 }]);
});

it('the look-ups of one integration, however many hang, delay no other integration', async () => {
  const hanging = Array.from({ length: 600 }, (_, index) => addresses(`${index}.dead.example`, 'int_dead'));
  const first = await Promise.race([
    addresses('alive.example', 'int_alive'),
    Promise.allSettled(hanging).then(() => 'after all that hang'),
  ]);
  expect(first).toEqual(['93.184.216.34']);
  const asked = new Set(server.asked.filter((name) => /^\d+\.dead/.test(name)));
  expect(asked.size).toBeLessThanOrEqual(50);
  await Promise.allSettled(hanging);
}, 20_000);
