import type { DeliveryResult } from '../deliveries/delivery-results.js';

/** A commit costs as much as sending many webhooks. Results therefore wait this long for others. */
const GATHER_MS = 50;

/** Records results in groups. The results of some milliseconds are written in one transaction. */
export class ResultRecorder {
  private gathered: DeliveryResult[] = [];
  private writing: Promise<void> | undefined;
  private isLast = false;
  private hurry = (): void => undefined;

  constructor(private readonly write: (results: DeliveryResult[]) => Promise<void>) {}

  add(result: DeliveryResult): void {
    this.gathered.push(result);
    this.writing ??= this.writeAll();
    this.writing.catch(() => undefined);
  }

  /**
   * Waits until all added results are written. No result may be added after this.
   * @throws the error of the failed write
   */
  async settled(): Promise<void> {
    this.isLast = true;
    this.hurry();
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.gathered.length > 0) {
      await this.gather();
      const group = this.gathered;
      this.gathered = [];
      await this.write(group);
    }
    this.writing = undefined;
  }

  private async gather(): Promise<void> {
    if (this.isLast) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
