import { ActsOfCredential } from '../../audit/dto/acts.dto.js';
import { IsBoolean } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { INTEGRATION_STATUSES, INTEGRATION_TYPES } from '../../integrations/integration.entity.js';
import type { RevokedToken } from '../token-revocation.js';
import type { IntegrationPrincipal } from '../../auth/principal/principal.js';
import { SCOPES } from '../../auth/principal/scopes.js';
import { Optional } from '../../platform/http/optional.js';

class TestedIntegration {
  @ApiProperty({ example: 'int_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'SAP S/4HANA' })
  name!: string;

  @ApiProperty({ enum: INTEGRATION_TYPES, example: 'SAP' })
  type!: string;

  @ApiProperty({ enum: INTEGRATION_STATUSES, example: 'ACTIVE' })
  status!: string;
}

class TestedToken {
  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'nightly sync' })
  name!: string;

  @ApiProperty({
    description: 'The first characters of the token.',
    example: 'eudr_live_a1b2c3d4',
  })
  prefix!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['integration:suppliers:read'] })
  scopes!: readonly string[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2027-01-31T00:00:00.000Z' })
  expiresAt!: string | null;
}

/** The response of `GET /auth/test`. */
export class AuthTestResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ description: 'Slug of the company.', example: 'acme' })
  company!: string;

  @ApiProperty({ type: TestedIntegration })
  integration!: TestedIntegration;

  @ApiProperty({ type: TestedToken })
  token!: TestedToken;

  static of({ company, integration, credential, scopes }: IntegrationPrincipal): AuthTestResponse {
    const expiresAt = credential.expiresAt?.toISOString() ?? null;
    return {
      success: true,
      company: company.slug,
      integration,
      token: { id: credential.id, name: credential.name, prefix: credential.prefix, scopes, expiresAt },
    };
  }
}

class DependentWebhook {
  @ApiProperty({ example: 'wh_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'https://erp.acme.example/hooks/eudr' })
  url!: string;

  @ApiProperty({ description: 'Whether it still receives events.', example: false })
  active!: boolean;
}

/** The body of `POST /auth/revoke`, which is optional. */
export class RevokeRequest {
  @ApiPropertyOptional({
    default: true,
    description: 'Also disables the webhooks that this token created. Use it if the token has leaked.',
  })
  @Optional()
  @IsBoolean()
  disableWebhooks?: boolean;
}

/** The response of `POST /auth/revoke`. */
export class RevokedResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  revokedAt!: string;

  @ApiProperty({ type: [DependentWebhook], description: 'Webhooks that this token created.' })
  webhooks!: DependentWebhook[];

  @ApiProperty({
    type: ActsOfCredential,
    description: 'Objects that this token created and changed, up to a limit.',
  })
  acts!: ActsOfCredential;

  static of({ id, revokedAt, webhooks, acts }: RevokedToken): RevokedResponse {
    return { success: true, id, revokedAt: (revokedAt as Date).toISOString(), webhooks, acts };
  }
}
