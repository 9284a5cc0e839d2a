import { Injectable } from '@nestjs/common';
import { createHmac, hkdfSync } from 'node:crypto';
import { type Pepper, Peppers } from '../platform/safe-store/peppers.js';
import { type EntryRow, SEALED_COLUMNS } from './audit-rows.js';

const KEY_BYTES = 32;

/** A place in a company's chain: the entry of this number, by its MAC. */
export interface ChainPoint {
  sequence: number;
  mac: string;
}

/** Before the first entry. */
export const GENESIS: ChainPoint = { sequence: 0, mac: '' };

/** A signed place in a chain, by the name of its table: its end, or where retention cut. */
export type PointKind = 'audit_heads' | 'audit_checkpoints';

/** What the signature of a place covers; `at` in ISO 8601. */
export interface PointContent extends ChainPoint {
  companyId: string;
  at: string;
}

/** Makes MACs of entries and signatures of places, under the key of one pepper. */
export class AuditSeal {
  private constructor(
    readonly pepper: string,
    private readonly key: Buffer,
  ) {}

  /** The key is derived by HKDF-SHA256 (RFC 5869), so that it opens nothing else that the pepper protects. */
  static of({ id, secret }: Pepper): AuditSeal {
    return new AuditSeal(id, Buffer.from(hkdfSync('sha256', secret, '', 'audit-log v1', KEY_BYTES)));
  }

  /** HMAC-SHA256 of all of an entry and of the MAC before it; so nothing can be changed, moved or left out. */
  macOf(previousMac: string, row: Omit<EntryRow, 'mac'>): string {
    return this.hmac(['entry', previousMac, ...SEALED_COLUMNS.map((name) => row[name])]);
  }

  signatureOf(kind: PointKind, { companyId, sequence, mac, at }: PointContent): string {
    return this.hmac([kind, companyId, sequence, mac, at, this.pepper]);
  }

  /** As JSON, so that no two lists look the same. */
  private hmac(parts: (string | number | null)[]): string {
    return createHmac('sha256', this.key).update(JSON.stringify(parts)).digest('hex');
  }
}

/** The seals of all configured peppers. */
@Injectable()
export class AuditSeals {
  private readonly made = new Map<string, AuditSeal>();

  constructor(private readonly peppers: Peppers) {}

  /** The one that new entries are sealed with. */
  async first(): Promise<AuditSeal> {
    return this.of(await this.peppers.first());
  }

  /** The one of this pepper, or undefined where that is not configured (any more). */
  async find(pepperId: string): Promise<AuditSeal | undefined> {
    const made = this.made.get(pepperId);
    if (made) return made;
    const pepper = await this.peppers.find(pepperId);
    return pepper && this.of(pepper);
  }

  private of(pepper: Pepper): AuditSeal {
    const seal = this.made.get(pepper.id) ?? AuditSeal.of(pepper);
    this.made.set(pepper.id, seal);
    return seal;
  }
}
