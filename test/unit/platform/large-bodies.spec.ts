import type { FastifyRequest } from 'fastify';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SMALL_BODY } from '../../../src/platform/http/body/body-bounds.js';
import { LargeBodies } from '../../../src/platform/http/body/large-bodies.js';

const request = (isGone = false): FastifyRequest =>
  ({ socket: { destroyed: isGone } }) as unknown as FastifyRequest;

let bodies: LargeBodies;
beforeEach(() => {
  bodies = new LargeBodies();
});

const read = (json: string, from = request()): Promise<unknown> =>
  bodies.read(from, Buffer.from(json), SMALL_BODY);

it('reads one body after the other, and others have several turns with each', async () => {
  const order: string[] = [];
  const both = ['1', '2'].map((json) => read(json).then(() => order.push(`body ${json}`)));
  let isRead = false;
  const all = Promise.all(both).then(() => (isRead = true));
  for (let turn = 1; !isRead; turn += 1) {
    await nextTurn();
    order.push(`turn ${turn}`);
  }
  await all;
  expect(order.indexOf('body 1')).toBeGreaterThan(1);
  expect(order.indexOf('body 2')).toBeGreaterThan(order.indexOf('body 1') + 2);
});

it('reads on after a body that is malformed', async () => {
  const [malformed, next] = [read('{'), read('{"a":1}')];
  await expect(malformed).rejects.toThrow(/not valid JSON/);
  expect(await next).toEqual({ a: 1 });
});

it('reads nothing whose caller has gone', async () => {
  const [left, next] = [read('{', request(true)), read('7')];
  await expect(left).rejects.toThrow(/hung up/);
  expect(await next).toBe(7);
});
