import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database/database.js';
import { dialect } from '../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../platform/database/instant.js';
import type { Sql } from '../platform/database/sql.js';
import { AuditMacs, type ChainPoint, GENESIS, type PointContent, type PointKind } from './audit-macs.js';

/** A point of a chain as the database has it. */
export interface FoundPoint extends PointContent {
  /** `sound` if the signature is valid, `forged` if it is not, `unknown` if its pepper is not configured. */
  standing: 'sound' | 'forged' | 'unknown';
}

/** Why a head does not prove where the chain ends. */
export type HeadFlaw = 'head_missing' | 'head_forged' | 'head_pepper_unknown' | 'head_differs';

interface PointRow {
  sequence: string | number;
  mac: string;
  at: string;
  pepper: string;
  signature: string;
}

const COLUMNS = ['company_id', 'sequence', 'mac', 'at', 'pepper', 'signature'];
/** Signature of a placeholder row, which a new company's first writer inserts. Such a row is not a head. */
const UNSIGNED = '';

/** The signed points of each company's chain: its head, and the checkpoint where retention cut it. */
@Injectable()
export class AuditCheckpoints {
  constructor(private readonly seals: AuditMacs) {}

  find(sql: Sql, kind: PointKind, companyId: string): Promise<FoundPoint | undefined> {
    return this.read(sql, kind, companyId, '');
  }

  /** Returns the head and locks its row until the transaction ends. */
  lockHead(tx: Tx, companyId: string): Promise<FoundPoint | undefined> {
    return this.read(tx, 'audit_heads', companyId, dialect.forUpdate);
  }

  /**
   * Returns the point after which the next entry goes, and locks the head until the transaction ends.
   * The point is the entry that the head names. If the head is missing or not valid, it is the last entry
   * that exists.
   */
  async lockEnd(tx: Tx, companyId: string): Promise<{ end: ChainPoint; flaw: HeadFlaw | undefined }> {
    const head = (await this.lockHead(tx, companyId)) ?? (await this.lockNewHead(tx, companyId));
    // Must be a separate statement. It begins after the lock is granted, so it sees the entries that the
    // previous writer committed.
    const last = await lastKept(tx, companyId);
    const flaw = headFlaw(head, last);
    return { end: head && !flaw ? head : last, flaw };
  }

  /** Moves a head or a checkpoint to a point of the chain, and signs it. */
  async put(tx: Tx, kind: PointKind, companyId: string, { sequence, mac }: ChainPoint): Promise<void> {
    const seal = await this.seals.first();
    const at = new Date();
    const signature = seal.signatureOf(kind, { companyId, sequence, mac, at: at.toISOString() });
    const values = [companyId, sequence, mac, toSqlInstant(at), seal.pepper, signature];
    await tx.write(
      insertion(
        kind,
        COLUMNS.map((name) => `${name} = ${dialect.inserted(name)}`),
      ),
      values,
    );
  }

  /**
   * Inserts the placeholder row. If several writers add a company's first entry, the others wait here and
   * then read the first writer's head.
   */
  private async lockNewHead(tx: Tx, companyId: string): Promise<FoundPoint | undefined> {
    const { sequence, mac } = GENESIS;
    const values = [companyId, sequence, mac, toSqlInstant(new Date()), '', UNSIGNED];
    await tx.write(insertion('audit_heads', ['company_id = audit_heads.company_id']), values);
    return this.lockHead(tx, companyId);
  }

  private async read(
    sql: Sql,
    kind: PointKind,
    companyId: string,
    locking: string,
  ): Promise<FoundPoint | undefined> {
    const [row] = await sql.select<PointRow>(
      `SELECT sequence, mac, at, pepper, signature FROM ${kind} WHERE company_id = ? ${locking}`,
      [companyId],
    );
    if (!row || row.signature === UNSIGNED) return undefined;
    const { mac, pepper, signature } = row;
    const point = { companyId, sequence: Number(row.sequence), mac, at: toIsoInstant(row.at) };
    const seal = await this.seals.find(pepper);
    if (!seal) return { ...point, standing: 'unknown' };
    return { ...point, standing: seal.signatureOf(kind, point) === signature ? 'sound' : 'forged' };
  }
}

function insertion(kind: PointKind, whereItIsThere: string[]): string {
  const orUpdate = dialect.orUpdate('company_id', whereItIsThere);
  return `INSERT INTO ${kind} (${COLUMNS.join(', ')}) VALUES (?, ?, ?, ?, ?, ?) ${orUpdate}`;
}

/** Returns the last existing entry or the last one that retention deleted, whichever is later. */
async function lastKept(tx: Tx, companyId: string): Promise<ChainPoint> {
  const [last] = await tx.select<{ sequence: string | number; mac: string }>(
    `SELECT sequence, mac FROM (
       SELECT sequence, mac FROM audit_entries WHERE company_id = ? ORDER BY sequence DESC LIMIT 1
     ) newest
     UNION ALL SELECT sequence, mac FROM audit_checkpoints WHERE company_id = ?
     ORDER BY sequence DESC LIMIT 1`,
    [companyId, companyId],
  );
  return last ? { sequence: Number(last.sequence), mac: last.mac } : GENESIS;
}

function headFlaw(head: FoundPoint | undefined, last: ChainPoint): HeadFlaw | undefined {
  if (!head) return last.sequence === GENESIS.sequence ? undefined : 'head_missing';
  if (head.standing === 'forged') return 'head_forged';
  if (head.standing === 'unknown') return 'head_pepper_unknown';
  return last.sequence > head.sequence ? 'head_differs' : undefined;
}
