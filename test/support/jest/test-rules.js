import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { addEventHandler } from 'jest-circus';
import { UNHANDLED } from './unhandled.js';

const TIME_LIMIT_MS = 60_000;

/** Describe blocks whose `beforeAll` failed. Their tests fail at once. */
const failedBlocks = new WeakSet();

/** The running test or hook, and a function that makes it fail. */
let running;
let lastName = 'no test';

/**
 * The runner has no time limits, continues after a failed `beforeAll`, and ends the whole worker after an
 * unhandled error. These rules make the test fail in each case.
 */
addEventHandler((event, { currentDescribeBlock: block }) => {
  if (event.name === 'add_hook') {
    const hook = block.hooks.at(-1);
    const limited = withRules(hook.fn, event.timeout, nameOf(block, hook.type));
    hook.fn = hook.type === 'beforeAll' ? rememberingFailure(block, limited) : limited;
  }
  if (event.name === 'add_test' && event.fn) {
    const test = block.children.at(-1);
    test.fn = unlessFailed(block, withRules(test.fn, event.timeout, nameOf(block, test.name)));
  }
});

for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, failRunning);

function failRunning(error) {
  if (running) return running.fail(error);
  // No test is running any more, so the teardown fails the run.
  const report = `After this had ended: ${lastName}\n${error?.stack ?? error}\n`;
  appendFileSync(join(process.env.EUDR_TEST_FOLDER, UNHANDLED), report);
}

function withRules(callback, limitMs = TIME_LIMIT_MS, name = '') {
  return async () => {
    let timer;
    const failed = new Promise((_, reject) => {
      running = { fail: reject };
      lastName = name;
      const error = new Error(`Not finished after ${limitMs / 1000} seconds.`);
      timer = setTimeout(() => reject(error), limitMs);
    });
    try {
      await Promise.race([callback(), failed]);
      // Node reports unhandled rejections after the microtasks.
      await Promise.race([new Promise(setImmediate), failed]);
    } finally {
      clearTimeout(timer);
      running = undefined;
    }
  };
}

function rememberingFailure(block, hook) {
  return async () => {
    try {
      await hook();
    } catch (error) {
      failedBlocks.add(block);
      throw error;
    }
  };
}

function unlessFailed(block, test) {
  return async () => {
    for (let outer = block; outer; outer = outer.parent) {
      if (failedBlocks.has(outer)) throw new Error('Not run: a beforeAll hook failed.');
    }
    await test();
  };
}

function nameOf(block, name) {
  const names = [name];
  for (let outer = block; outer?.parent; outer = outer.parent) names.unshift(outer.name);
  return names.join(' > ');
}
