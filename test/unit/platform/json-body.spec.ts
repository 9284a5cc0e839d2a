import { SMALL_BODY } from '../../../src/platform/http/body/body-bounds.js';
import { readJson } from '../../../src/platform/http/body/json-body.js';
import { BULK_BODY } from '../../../src/records/engine/bulk-envelope.js';
import { growthOf } from '../../support/waiting/growth.js';

const bounds = { ...SMALL_BODY, depth: 3, values: 20, members: 5, items: 4, text: 10 };
const read = (json: string, most = bounds): unknown => readJson(Buffer.from(json), most);

it.each([
  '{}',
  ' [1, "a\\"}]:,{", {"b": {}}] ',
  '{"a":[1,2,3,4],"b":"0123456789","c":null,"d":-1.5e3,"e":{"f":{}}}',
  '"\\\\"',
  '{"é":"€","😀":["a","\u2028"]}',
  '7',
  '\ufeff{"a":1}',
])('reads %s as any parser does', (json) => {
  expect(read(json)).toEqual(JSON.parse(json.replace('\ufeff', '')));
});

it.each([
  ['{"a":{"b":{"c":{}}}}', 'a.b.c', /more than 3 levels/],
  ['{"a":[[[1]]]}', 'a[0][0]', /more than 3 levels/],
  ['[[1,2,3,4],[1,2,3,4],[1,2,3,4],[1,2,3,4],[1]]', '[4]', /more than 20 values/],
  ['{"a":{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0}}', 'a', /more than 5 fields/],
  ['{"a":[1,2,3,4,5]}', 'a', /at most 4 items/],
  ['{"a":["01234567890"]}', 'a[0]', /longer than 10 bytes/],
  ['{"a":"01234567890"', 'a', /longer than 10 bytes/],
  ['{"a":1,"\\u0061":2}', 'a', /Duplicate field/],
])('refuses %s at %s', (json, path, message) => {
  expect(() => read(json)).toThrow(
    expect.objectContaining({ details: [{ path, message: expect.stringMatching(message) }] }),
  );
});

it('finds each number that no double holds, wherever it stands', () => {
  const json =
    '{"a":[1.5,1e-400,{"b":1e-400,"e":true}],"c":"1e-400","1e-400":false,"d":-1e-400,"d":null,"__proto__":1e-400}';
  const one = json.replace('"d":-1e-400,', '');
  const most = { ...bounds, members: 9 };
  expect(Object.entries(read(one, most) as object)).toEqual([
    ['a', [1.5, NaN, { b: NaN, e: true }]],
    ['c', '1e-400'],
    ['1e-400', false],
    ['d', null],
    ['__proto__', NaN],
  ]);
  expect(() => read(json, most)).toThrow();
  expect(read('1e-400')).toBe(0);
});

it.each(['{"a":1', '[1,]', '{"a" 1}', ']', '{]', '"\n"', '"\\', '{"a":"', '', ' ', 'nul', '{"a":1}}'])(
  'refuses %j as malformed',
  (json) => {
    expect(() => read(json)).toThrow(/not valid JSON/);
  },
);

it.each<[string, (count: number) => string]>([
  ['empty objects', (count) => `{"suppliers":[${'{},'.repeat(count)}{}]}`],
  ['objects in objects', (count) => '{"a":'.repeat(count)],
  ['members', (count) => `{${Array.from({ length: count }, (_, index) => `"${index}":1`).join(',')}}`],
  ['one member again and again', (count) => `{"suppliers":[{"a":1${',"a":1'.repeat(count)}}]}`],
  ['one long fraction', (count) => `{"a":0.${'0'.repeat(count)}1}`],
  ['zeros after a fraction', (count) => `{"a":1.1${'0'.repeat(count)}1}`],
  ['numbers with two points', (count) => `{"a":1${'.1'.repeat(count)}}`],
  [
    'numbers that no double holds',
    (count) => `{"suppliers":[{"a":[1e-400${',1e-400'.repeat(Math.min(count, 20_000))}]}]}`,
  ],
  ['one long text', (count) => `{"suppliers":["${'\\"'.repeat(count)}"]}`],
  ['one long name', (count) => `{"${'\\\\'.repeat(count)}":1}`],
  ['rows with a member twice', (count) => `{"suppliers":[{"a":1,"a":1}${',{"a":1,"a":1}'.repeat(count)}]}`],
])('reads or refuses %s in time that grows as their number', (_, jsonOf) => {
  const bulk = { ...SMALL_BODY, ...BULK_BODY };
  const attempt = (body: Buffer): unknown => {
    try {
      return readJson(body, bulk);
    } catch (error) {
      return error;
    }
  };
  expect(growthOf((count) => Buffer.from(jsonOf(count)), 400_000, attempt)).toBeLessThan(3);
});
