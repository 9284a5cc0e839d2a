// Node loads this file before the product (`--import`). The clock of the process is one hour ahead until
// SIGUSR2 corrects it.

const RealDate = Date;
let aheadMs = 3_600_000;
process.on('SIGUSR2', () => {
  aheadMs = 0;
  process.stdout.write('the clock was set back\n');
});

/** A clock that can be set back while the process runs. */
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(...given);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};
