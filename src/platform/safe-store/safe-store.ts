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
 * Encrypts secrets that must be read back, by AES-256-GCM (NIST SP 800-38D).
 * HKDF-SHA256 (RFC 5869) derives the key from a master key of the server and a key of the company. Neither
 * the environment nor the database is enough to decrypt.
 * An encrypted text is ASCII: `v1.<master key id>.<nonce, ciphertext and tag in base64url>`. It decrypts only
 * for the same company and purpose.
 */
@Injectable()
export class SafeStore {
  constructor(
    private readonly peppers: MasterKeys,
    private readonly companyKeys: CompanyKeys,
  ) {}

  /**
   * Encrypts a text for one company and purpose. The result is a third longer than the text, plus 55
   * characters.
   * @param sql the open transaction, if any; a new company key then commits or rolls back with it
   * @param purpose name of the kind of secret, such as `webhook-secret`; `open` needs the same name
   * @throws {TypeError} if the text is not well-formed Unicode, because it would not come back unchanged
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
   * Decrypts a text of this company and purpose.
   * @param sql the open transaction, if any
   * @throws {MacBroken} if the text does not decrypt; the message gives the reason and no part of the text
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

/**
 * Additional authenticated data: what the encrypted text is bound to without containing it. JSON encodes the
 * parts unambiguously.
 */
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
