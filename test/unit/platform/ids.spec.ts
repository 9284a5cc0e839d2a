import { leastIdAt, newId } from '../../../src/platform/ids/ids.js';

const FORM = /^evt_[0-9a-z]{26}$/;

describe('the least id of a time', () => {
  it('is an id like any other', () => {
    expect(leastIdAt('evt', new Date())).toMatch(FORM);
    expect(newId('evt')).toMatch(FORM);
  });

  it('sorts before every id that is made from then on', () => {
    const least = leastIdAt('evt', new Date());
    const made = Array.from({ length: 1_000 }, () => newId('evt'));
    expect(made.filter((id) => id < least)).toEqual([]);
  });

  it('sorts after every id that was made before', () => {
    const made = Array.from({ length: 1_000 }, () => newId('evt'));
    const least = leastIdAt('evt', new Date(Date.now() + 1));
    expect(made.filter((id) => id >= least)).toEqual([]);
  });

  it('orders as times do, to the millisecond, over all times that matter', () => {
    const times = ['1970-01-01', '2000-02-29', '2026-11-22', '2026-11-23', '2099-12-31', '9999-12-31']
      .map((day) => Date.parse(day))
      .flatMap((ms) => [ms, ms + 1, ms + 999]);
    const ids = times.map((ms) => leastIdAt('evt', new Date(ms)));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(times.length);
  });

  it('of a time before 1970 is that of its beginning', () => {
    expect(leastIdAt('evt', new Date(-5))).toBe(leastIdAt('evt', new Date(0)));
  });
});
