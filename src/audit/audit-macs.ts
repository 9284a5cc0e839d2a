import { Injectable } from '@nestjs/common';
import { createHmac, hkdfSync } from 'node:crypto';
import { type MasterKey, MasterKeys } from '../platform/safe-store/master-keys.js';
import { type EntryRow, SEALED_COLUMNS } from './audit-rows.js';

const KEY_BYTES = 32;

/** A point of a company's chain: the number and the MAC of one entry. */
export interface ChainPoint {
  sequence: number;
  mac: string;
}

/** The point before the first entry. */
export const GENESIS: ChainPoint = { sequence: 0, mac: '' };

/** Table of a signed point: the end of the chain, or the place where retention cut it. */
export type PointKind = 'audit_heads' | 'audit_checkpoints';

/** The content that a point's signature covers. `at` is in ISO 8601. */
export interface PointContent extends ChainPoint {
  companyId: string;
  at: string;
}

/** Makes the MACs of entries and the signatures of points, with the key of one pepper. */
export class AuditMac {
  private constructor(
    readonly pepper: string,
    private readonly key: Buffer,
  ) {}

  /** Derives the key by HKDF-SHA256 (RFC 5869), so it is useless for other data that the pepper protects. */
  static of({ id, secret }: MasterKey): AuditMac {
    return new AuditMac(id, Buffer.from(hkdfSync('sha256', secret, '', 'audit-log v1', KEY_BYTES)));
  }

  /**
   * Returns the HMAC-SHA256 of the whole entry and of the MAC before it. Nobody can change, move or leave out
   * an entry unnoticed.
   */
  macOf(previousMac: string, row: Omit<EntryRow, 'mac'>): string {
    return this.hmac(['entry', previousMac, ...SEALED_COLUMNS.map((name) => row[name])]);
  }

  signatureOf(kind: PointKind, { companyId, sequence, mac, at }: PointContent): string {
    return this.hmac([kind, companyId, sequence, mac, at, this.pepper]);
  }

  /** JSON encodes the parts unambiguously: two different lists never give the same text. */
  private hmac(parts: (string | number | null)[]): string {
    return createHmac('sha256', this.key).update(JSON.stringify(parts)).digest('hex');
  }
}

/** Provides an `AuditMac` for each configured pepper. */
@Injectable()
export class AuditMacs {
  private readonly made = new Map<string, AuditMac>();

  constructor(private readonly peppers: MasterKeys) {}

  /** Returns the one for new entries. */
  async first(): Promise<AuditMac> {
    return this.of(await this.peppers.first());
  }

  /** Returns the one for a pepper; undefined if the pepper is not configured (any more). */
  async find(pepperId: string): Promise<AuditMac | undefined> {
    const made = this.made.get(pepperId);
    if (made) return made;
    const pepper = await this.peppers.find(pepperId);
    return pepper && this.of(pepper);
  }

  private of(pepper: MasterKey): AuditMac {
    const seal = this.made.get(pepper.id) ?? AuditMac.of(pepper);
    this.made.set(pepper.id, seal);
    return seal;
  }
}
