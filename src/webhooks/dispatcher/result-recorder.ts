import type { DeliveryResult } from '../deliveries/delivery-results.js';

/**
 * Records results as they come, in groups: while one group is being written the next gathers. So a single result
 * is written at once, and under load one transaction writes many.
 */
export class ResultRecorder {
  private gathered: DeliveryResult[] = [];
  private writing: Promise<void> | undefined;

  constructor(private readonly write: (results: DeliveryResult[]) => Promise<void>) {}

  add(result: DeliveryResult): void {
    this.gathered.push(result);
    this.writing ??= this.writeAll();
    this.writing.catch(() => undefined);
  }

  /** Until all that was added is written. @throws where it could not be. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.gathered.length > 0) {
      const group = this.gathered;
      this.gathered = [];
      await this.write(group);
    }
    this.writing = undefined;
  }
}
