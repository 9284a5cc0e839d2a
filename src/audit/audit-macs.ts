import { Injectable } from '@nestjs/common';
import { createHmac, hkdfSync } from 'node:crypto';
import { type MasterKey, MasterKeys } from '../platform/safe-store/master-keys.js';
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
export class AuditMac {
  private constructor(
    readonly pepper: string,
    private readonly key: Buffer,
  ) {}

  /** The key is derived by HKDF-SHA256 (RFC 5869), so that it opens nothing else that the pepper protects. */
  static of({ id, secret }: MasterKey): AuditMac {
    return new AuditMac(id, Buffer.from(hkdfSync('sha256', secret, '', 'audit-log v1', KEY_BYTES)));
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
export class AuditMacs {
  private readonly made = new Map<string, AuditMac>();

  constructor(private readonly peppers: MasterKeys) {}

  /** The one that new entries are sealed with. */
  async first(): Promise<AuditMac> {
    return this.of(await this.peppers.first());
  }

  /** The one of this pepper, or undefined where that is not configured (any more). */
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
