import { addEventHandler } from 'jest-circus';

const TIME_LIMIT_MS = 60_000;

/** Describe blocks whose `beforeAll` failed: their tests fail at once and do not run. */
const failedBlocks = new WeakSet();

/** The runner knows no time limits and goes on after a failed `beforeAll`. This adds both to what a file declares. */
addEventHandler((event, { currentDescribeBlock: block }) => {
  if (event.name === 'add_hook') {
    const hook = block.hooks.at(-1);
    const limited = withLimit(hook.fn, event.timeout);
    hook.fn = hook.type === 'beforeAll' ? rememberingFailure(block, limited) : limited;
  }
  if (event.name === 'add_test' && event.fn) {
    const test = block.children.at(-1);
    test.fn = unlessFailed(block, withLimit(test.fn, event.timeout));
  }
});

function withLimit(callback, limitMs = TIME_LIMIT_MS) {
  return async () => {
    let timer;
    const expired = new Promise((_, reject) => {
      const error = new Error(`Not finished after ${limitMs / 1000} seconds.`);
      timer = setTimeout(() => reject(error), limitMs);
    });
    try {
      await Promise.race([callback(), expired]);
    } finally {
      clearTimeout(timer);
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
