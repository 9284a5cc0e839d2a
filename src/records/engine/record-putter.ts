import { Injectable } from '@nestjs/common';
import type { Owner } from '../../integrations/owner.js';
import { Database } from '../../platform/database/database.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { nameOf, RecordErrors } from '../record-types/record.errors.js';
import type { RecordType } from '../record-types/record-type.js';
import { type Preconditions, requirePreconditions } from './preconditions.js';
import { readPutBody, requireReadOnly } from './put-body.js';
import { RecordReader, type WholeRecord } from './record-reader.js';
import type { StoredRow } from './record-table.js';
import { type RowOutcome, rowWarnings, UpsertEngine } from './upsert.engine.js';

/** Handles PUT of single records. */
@Injectable()
export class RecordPutter {
  constructor(
    private readonly database: Database,
    private readonly engine: UpsertEngine,
    private readonly reader: RecordReader,
  ) {}

  /**
   * Creates or replaces one record.
   * @returns the record as this call wrote it, with `warnings` if there are any
   * @throws VALIDATION_ERROR
   * @throws PRECONDITION_FAILED
   */
  async put(
    type: RecordType,
    owner: Owner,
    externalId: string,
    body: unknown,
    preconditions: Preconditions,
  ): Promise<WholeRecord & { created: boolean }> {
    const given = readPutBody(externalId, body);
    const guard = (stored: StoredRow | undefined): void => {
      const live = stored?.deleted ? undefined : stored;
      requirePreconditions(preconditions, live?.version, nameOf(type, externalId));
      requireReadOnly(type, given, live);
    };
    const call = this.engine.check({ type, owner, rows: [given.row], put: { guard } });
    const { row, record } = await this.database.transaction(async (tx) => {
      const { rows } = await this.engine.write(tx, call);
      return { row: rows[0] as RowOutcome, record: await this.reader.find(type, owner, externalId, tx) };
    });
    if (row.status === 'ERROR') throw validationError(row.violations);
    if (!record) throw RecordErrors.notFound(type, externalId);
    const warnings = rowWarnings([row]);
    const shown = { ...record.body, ...(warnings.length > 0 ? { warnings } : {}) };
    return { version: record.version, body: shown, created: row.status === 'CREATED' };
  }
}
