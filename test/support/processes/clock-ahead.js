// Loaded before the product (`--import`): its clock runs an hour ahead until SIGUSR2 sets it right.

const RealDate = Date;
let aheadMs = 3_600_000;
process.on('SIGUSR2', () => {
  aheadMs = 0;
  process.stdout.write('the clock was set back\n');
});

/** The clock of a process that can be set back while it runs. */
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(...given);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};
