import { FairShare, type Release, ShareExceeded } from '../../../src/platform/fairness/fair-share.js';

const takeAll = (share: FairShare, party: string): Release[] => {
  const held: Release[] = [];
  for (;;) {
    try {
      held.push(share.take(party));
    } catch {
      return held;
    }
  }
};

describe('a fair share', () => {
  it('gives a party alone half, and whoever comes next finds room', () => {
    const share = new FairShare({ capacity: 12 });
    expect(['a', 'b', 'c'].map((party) => takeAll(share, party).length)).toEqual([6, 3, 2]);
    expect(() => share.take('d')).not.toThrow();
  });

  it('gives every party its fixed share, and all to one where that is the share', () => {
    expect(takeAll(new FairShare({ capacity: 4, perParty: 3 }), 'a')).toHaveLength(3);
    expect(takeAll(new FairShare({ capacity: 4, perParty: 4 }), 'a')).toHaveLength(4);
  });

  it('says whether the party or all together are at the limit', () => {
    const share = new FairShare({ capacity: 4, perParty: 3 });
    share.take('a', 3);
    expect(() => share.take('a')).toThrow(expect.objectContaining({ of: 'party' }));
    share.take('b');
    expect(() => share.take('c')).toThrow(expect.objectContaining({ of: 'all' }));
  });

  it('serves whoever holds least, and the parties in turn', async () => {
    const share = new FairShare({ capacity: 1, perParty: 1 });
    const order: string[] = [];
    const work = (party: string): Promise<void> =>
      share.run(party, () => Promise.resolve(void order.push(party)));
    const parties = [...'aaaaaabbbcc'];
    await Promise.all(parties.map(work));
    expect(order.join('')).toBe('aabcabcabaa');
  });

  it('serves a party in the order in which it came', async () => {
    const share = new FairShare({ capacity: 1, perParty: 1 });
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map((number) => share.run('a', () => Promise.resolve(void order.push(number)))),
    );
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('takes what is given back once, however often that is said, also when the work fails', async () => {
    const share = new FairShare({ capacity: 2, perParty: 2 });
    const release = share.take('a');
    release();
    release();
    await expect(share.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(takeAll(share, 'a')).toHaveLength(2);
  });

  it('lets no more wait than its bounds', async () => {
    const share = new FairShare({ capacity: 1, perParty: 1, maxWaitingPerParty: 1, maxWaiting: 2 });
    const release = share.take('a');
    const waiting = ['a', 'b'].map((party) => share.run(party, () => Promise.resolve(party)));
    await expect(share.acquire('a')).rejects.toMatchObject({ of: 'party' });
    await expect(share.acquire('c')).rejects.toBeInstanceOf(ShareExceeded);
    release();
    expect(await Promise.all(waiting)).toEqual(['a', 'b']);
  });

  it('waits no longer than its signal says, and forgets who has left', async () => {
    const share = new FairShare({ capacity: 1, perParty: 1 });
    const release = share.take('a');
    const leaving = new AbortController();
    const left = share.acquire('b', leaving.signal);
    const stays = share.acquire('c');
    leaving.abort(new Error('too late'));
    await expect(left).rejects.toThrow('too late');
    release();
    (await stays)();
    expect(takeAll(share, 'd')).toHaveLength(1);
  });
});

it('grants no more in a turn of the event loop whose time is spent, and goes on in the next', async () => {
  const share = new FairShare({ capacity: 10, maxTurnMs: 5 });
  const turns: number[] = [];
  let turn = 0;
  const nextTurn = (): void => {
    turn += 1;
    if (turns.length < 3) setImmediate(nextTurn);
  };
  nextTurn();
  const work = (): Promise<void> => {
    turns.push(turn);
    const begunAt = performance.now();
    while (performance.now() - begunAt < 6);
    return Promise.resolve();
  };
  for (const party of ['a', 'b', 'c']) await share.run(party, work);
  expect(new Set(turns).size).toBe(3);
});

it('grants nothing while more is heard from turn to turn, and goes on when nothing is', async () => {
  let heard = 0;
  let turns = 0;
  const share = new FairShare({ capacity: 10, maxTurnMs: 1_000, heard: () => heard });
  const spend = (): Promise<void> => {
    const begunAt = performance.now();
    while (performance.now() - begunAt < 1_001);
    return Promise.resolve();
  };
  const hear = (): void => {
    turns += 1;
    if (turns > 5) return;
    heard += 1;
    setImmediate(hear);
  };
  setImmediate(hear);
  await share.run('a', spend);
  await share.run('b', () => Promise.resolve());
  expect(turns).toBeGreaterThanOrEqual(5);
});
