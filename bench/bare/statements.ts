import type { Database, Tx } from '../../src/platform/database/database.js';
import type { Sql } from '../../src/platform/database/sql.js';
import { type NewEvent, writeEvents } from '../../src/platform/outbox/outbox.js';
import { RecordReader } from '../../src/records/engine/record-reader.js';
import { type NewRow, RecordTable } from '../../src/records/engine/record-table.js';
import { SyncLogs } from '../../src/records/sync-logs/sync-logs.js';
import type { Owner } from '../../src/integrations/owner.js';
import { RecordRegistry } from '../../src/records/record-types/record-registry.js';
import { closeWrite } from '../../src/records/state/integration-state.js';
import { SUPPLIER } from '../../src/records/suppliers/supplier.record-type.js';
import { ROWS_PER_CALL } from '../bodies.js';

/** The statements by which the product lists suppliers and writes a full bulk call of them. */
export interface Statements {
  page: string;
  counts: string;
  lookUp: string;
  insert: string;
  rewrite: string;
  log: string;
  eventSet: string;
  events: string;
  close: string;
  feed: string;
}

/** Runs nothing and remembers what it was asked to run. */
class Recorder implements Sql {
  private readonly heard: string[] = [];

  select<Row>(statement: string): Promise<Row[]> {
    this.heard.push(statement);
    return Promise.resolve([]);
  }

  write(statement: string): Promise<number> {
    this.heard.push(statement);
    return Promise.resolve(0);
  }

  /** Nothing commits here. */
  afterCommit(): void {}

  /** What `work` asked for, in order. */
  async during(work: (sql: Tx & Database) => Promise<unknown>): Promise<string[]> {
    await work(this as unknown as Tx & Database);
    return this.heard.splice(0);
  }
}

const ROW: NewRow = { id: '', externalId: '', content: [], contentHash: '', version: 1, createdAt: '' };

/** Takes the statements from the product's own code, so that the bare server cannot fall behind it. */
export async function productStatements(owner: Owner, limit: number): Promise<Statements> {
  const recorder = new Recorder();
  const table = new RecordTable(SUPPLIER);
  const rows = Array<NewRow>(ROWS_PER_CALL).fill(ROW);
  const ids = rows.map(String);
  const reading = await recorder.during((sql) =>
    new RecordReader(sql, new RecordRegistry()).list(SUPPLIER, owner, { page: 1, limit }),
  );
  const writing = await recorder.during(async (tx) => {
    await table.lock(tx, owner, ids);
    await table.insert(tx, owner, rows, '');
    await table.rewrite(tx, owner, rows, '');
    await new SyncLogs(tx).write(tx, owner, {
      entityType: 'SUPPLIER',
      action: 'FULL_SYNC',
      startedAt: new Date(),
    });
    // One event for each row and one for the call.
    const events = Array<NewEvent>(ROWS_PER_CALL + 1).fill({ type: '', data: {} });
    await closeWrite(tx, owner, SUPPLIER, 0, await writeEvents(tx, owner, events));
  });
  const [page, counts] = reading as [string, string];
  const [lookUp, insert, rewrite, log, eventSet, events, close, feed] = writing;
  return { page, counts, lookUp, insert, rewrite, log, eventSet, events, close, feed } as Statements;
}
