import { ActsOfCredential } from '../../audit/dto/acts.dto.js';
import { shownMaker } from '../../audit/audit-context.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsInt, Max, Min } from 'class-validator';
import { IsName } from '../../platform/http/validation.js';
import { MAX_NAME } from '../../platform/values/name.js';
import { type Scope, SCOPES } from '../../auth/principal/scopes.js';
import type { RevokedToken } from '../token-revocation.js';
import type { TokenSummary } from '../token-summary.js';
import { Optional } from '../../platform/http/optional.js';

const MAX_DAYS = 3650;

/** A new token of an integration. */
export class NewTokenRequest {
  @ApiProperty({ maxLength: MAX_NAME, example: 'nightly sync' })
  @IsName(MAX_NAME)
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['integration:suppliers:write'] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique({ message: 'scopes must not contain duplicates' })
  @IsIn(SCOPES, { each: true, message: `each of scopes must be one of ${SCOPES.join(', ')}` })
  scopes!: Scope[];

  @ApiPropertyOptional({
    minimum: 1,
    maximum: MAX_DAYS,
    description: 'Default: the expiry of the credential that creates it. After a recent sign-in: no expiry.',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  expiresInDays?: number;
}

/** A token, without the raw token. */
export class TokenDto {
  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'int_01kan2x5v6fkrb3m1s3c1v9y7t' })
  integrationId!: string;

  @ApiProperty({ example: 'nightly sync' })
  name!: string;

  @ApiProperty({ example: 'eudr_live_a1b2c3d4' })
  prefix!: string;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: string[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revokedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Accurate to about a minute.',
  })
  lastUsedAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    description: 'Id of the credential that created it, `command` or `unknown`.',
    example: 'ses_01kan2x5v6fkrb3m1s3c1v9y7t',
  })
  madeBy!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the credential that last changed it, `command` or `unknown`.',
    example: null,
  })
  changedBy!: string | null;

  static of(token: TokenSummary): TokenDto {
    const { id, integrationId, name, prefix, scopes, expiresAt, revokedAt, lastUsedAt, createdAt } = token;
    return {
      id,
      integrationId,
      name,
      prefix,
      scopes,
      expiresAt: expiresAt?.toISOString() ?? null,
      revokedAt: revokedAt?.toISOString() ?? null,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
      madeBy: shownMaker(token.madeBy),
      changedBy: token.changedBy,
    };
  }
}

/** A revoked token, with what it did. */
export class RevokedTokenDto extends TokenDto {
  @ApiProperty({ type: ActsOfCredential, description: 'Objects that it created and changed, up to a limit.' })
  acts!: ActsOfCredential;

  static ofRevoked(token: RevokedToken): RevokedTokenDto {
    return { ...TokenDto.of(token), acts: token.acts };
  }
}
