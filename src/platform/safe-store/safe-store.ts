import { Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Database, Tx } from '../database/database.js';
import { CompanyKeys } from './company-keys.js';
import { type MasterKey, MasterKeys } from './master-keys.js';
import { MacBroken } from './safe-store.errors.js';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';
const FORM = /^v1\.([0-9a-f]{12})\.([\w-]+)$/;

/**
 * Seals secrets that must be read back: AES-256-GCM (NIST SP 800-38D) under a key derived by HKDF-SHA256
 * (RFC 5869) from a pepper of the server and a key of the company, so that neither the environment nor the
 * database opens them alone. A sealed text is ASCII, `v1.<pepper id>.<nonce, ciphertext and tag in base64url>`,
 * and opens only for the company and purpose it was sealed for.
 */
@Injectable()
export class SafeStore {
  constructor(
    private readonly peppers: MasterKeys,
    private readonly companyKeys: CompanyKeys,
  ) {}

  /**
   * Seals a text for one company and purpose. Sealed text grows by a third, and by 55 characters.
   * @param sql the open transaction where there is one, so that a company's new key is kept or lost with it.
   * @param purpose what the secret is, such as `webhook-secret`; `open` must name the same.
   * @throws {TypeError} where the text is not well-formed Unicode and would not come back as it was.
   */
  async seal(sql: Tx | Database, companyId: string, purpose: string, plaintext: string): Promise<string> {
    if (!plaintext.isWellFormed()) throw new TypeError('Only well-formed text can be sealed.');
    const pepper = await this.peppers.first();
    const key = keyOf(pepper, await this.companyKeys.findOrMake(sql, companyId));
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(boundTo(pepper, companyId, purpose));
    const sealed = Buffer.concat([
      nonce,
      cipher.update(plaintext, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    return `${VERSION}.${pepper.id}.${sealed.toString('base64url')}`;
  }

  /**
   * The text that was sealed for this company and purpose.
   * @param sql the open transaction where there is one.
   * @throws {MacBroken} where it does not open; the message says why, and nothing of the text.
   */
  async open(sql: Tx | Database, companyId: string, purpose: string, sealed: string): Promise<string> {
    const { pepperId, bytes } = parsed(sealed);
    const pepper = await this.peppers.find(pepperId);
    if (!pepper) throw new MacBroken(`its pepper ${pepperId} is not among SAFE_STORE_PEPPERS`);
    const companyKey = await this.companyKeys.find(sql, companyId);
    if (!companyKey) throw new MacBroken('the company has no key');
    return decrypted(keyOf(pepper, companyKey), boundTo(pepper, companyId, purpose), bytes);
  }
}

function keyOf(pepper: MasterKey, companyKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', pepper.secret, companyKey, 'safe-store v1', KEY_BYTES));
}

/** What a sealed text holds to without containing it; as JSON, so that no two lists of words look the same. */
function boundTo(pepper: MasterKey, companyId: string, purpose: string): Buffer {
  return Buffer.from(JSON.stringify([VERSION, pepper.id, companyId, purpose]));
}

function parsed(sealed: string): { pepperId: string; bytes: Buffer } {
  const [, pepperId = '', text = ''] = FORM.exec(sealed) ?? [];
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== text)
    throw new MacBroken('it is not of the sealed form');
  return { pepperId, bytes };
}

function decrypted(key: Buffer, aad: Buffer, bytes: Buffer): string {
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(aad)
    .setAuthTag(bytes.subarray(end));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES, end), undefined, 'utf8') + decipher.final('utf8');
  } catch (error) {
    throw new MacBroken('it was changed, or is of another company or purpose', error);
  }
}
