import { BY_OPERATOR } from '../../../src/audit/audit-context.js';
import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import { SCOPES, type Scope } from '../../../src/auth/principal/scopes.js';
import { CompaniesService } from '../../../src/identity/companies/companies.service.js';
import { IntegrationsService } from '../../../src/integrations/integrations.service.js';
import { displayPrefix, hashToken, newRawToken } from '../../../src/auth/credentials/token-format.js';
import { Token } from '../../../src/tokens/token.entity.js';
import { type RevokedToken, TokenRevocation } from '../../../src/tokens/token-revocation.js';
import { TokensService } from '../../../src/tokens/tokens.service.js';
import { rowPlaceholders } from '../../../src/platform/database/dialect.js';
import { toSqlInstant } from '../../../src/platform/database/instant.js';
import { newId } from '../../../src/platform/ids/ids.js';
import type { TestApp } from './app.js';
import { Client } from '../http/client.js';

/** A connected ERP: its integration, its token, and a client with the token. */
export interface Erp {
  companyId: string;
  slug: string;
  integrationId: string;
  tokenId: string;
  token: string;
  client: Client;
}

export interface ErpOptions {
  /** Default: all scopes. */
  scopes?: readonly Scope[];
  /** Company of an existing ERP. The new ERP is another integration of it. */
  companyId?: string;
  /** Integration of an existing ERP. The new ERP is another token of it. */
  integrationId?: string;
}

/** Number of rows that one statement inserts. */
const ROWS = 500;

let serial = 0;

/** Creates a company with an active integration and a token, or uses those of another ERP. */
export async function givenErp(app: TestApp, options: ErpOptions = {}): Promise<Erp> {
  const { nest, database, url } = app;
  const name = `Company ${(serial += 1)}`;
  return database.transaction(async (tx) => {
    const company = options.companyId ? undefined : await nest.get(CompaniesService).create(tx, name);
    const companyId = options.companyId ?? (company as { id: string }).id;
    const integrationId =
      options.integrationId ??
      (
        await nest
          .get(IntegrationsService)
          .create(tx, { companyId, name: `ERP of ${name}`, type: 'SAP' }, BY_OPERATOR)
      ).id;
    const input = { integrationId, name: 'test', scopes: options.scopes ?? SCOPES };
    const { raw, token } = await nest.get(TokensService).issue(tx, input, BY_OPERATOR);
    const client = new Client(url, raw);
    return { companyId, slug: company?.slug ?? '', integrationId, tokenId: token.id, token: raw, client };
  });
}

/**
 * Inserts many tokens of an ERP's integration.
 * @returns the raw tokens
 */
export async function givenTokens({ database }: TestApp, erp: Erp, howMany: number): Promise<string[]> {
  const raws = Array.from({ length: howMany }, () => newRawToken('eudr_live_'));
  const now = toSqlInstant(new Date());
  for (let start = 0; start < howMany; start += ROWS) {
    const some = raws.slice(start, start + ROWS);
    await database.write(
      `INSERT INTO tokens (id, company_id, integration_id, name, hash, prefix, scopes, created_at)
       VALUES ${rowPlaceholders(some.length, 8)}`,
      some.flatMap((raw) => [
        ...[newId('tok'), erp.companyId, erp.integrationId, 'one of many', hashToken(raw)],
        ...[displayPrefix(raw), JSON.stringify(SCOPES), now],
      ]),
    );
  }
  return raws;
}

/** Changes a token's row in the database, such as its expiry, revocation or limit. */
export async function changeToken(app: TestApp, tokenId: string, change: Partial<Token>): Promise<void> {
  const epoch = app.nest.get(RevocationEpoch);
  await app.database.transaction(async (tx) => {
    await tx.manager.update(Token, { id: tokenId }, change);
    await epoch.bump(tx);
  });
}

/** Revokes a token as the operator. */
export function revokeToken({ database, nest }: TestApp, tokenId: string): Promise<RevokedToken> {
  return database.transaction((tx) =>
    nest.get(TokenRevocation).revoke(tx, tokenId, { disableWebhooks: false }, BY_OPERATOR),
  );
}

export type Row = Record<string, unknown>;

/** Returns a valid supplier row. A test sets only the fields that matter to it. */
export const supplier = (more: Row = {}): Row => ({
  externalId: `SUP-${(serial += 1)}`,
  name: 'Fazenda Boa Vista',
  country: 'BR',
  ...more,
});

/** Returns a valid product row without a supplier. */
export const product = (more: Row = {}): Row => ({
  externalId: `ITEM-${(serial += 1)}`,
  name: 'Green coffee',
  hsCode: '0901',
  ...more,
});

/** Returns a valid batch row of the given product. */
export const batch = (productExternalId: string, more: Row = {}): Row => ({
  externalId: `LOT-${(serial += 1)}`,
  productExternalId,
  batchNumber: '2026-01',
  ...more,
});

/** Returns `howMany` valid supplier rows with the ids `prefix-0`, `prefix-1` … */
export const suppliers = (howMany: number, prefix: string, more: Row = {}): Row[] =>
  Array.from({ length: howMany }, (_, index) => supplier({ externalId: `${prefix}-${index}`, ...more }));
