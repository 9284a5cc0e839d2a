import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that start processes, or wait for receivers that do not answer. */
const SLOW = /\/e2e\/(faults|webhooks)\/|-elsewhere\.spec/;

/** Begins with what takes long, so that no worker is left with it at the end. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
