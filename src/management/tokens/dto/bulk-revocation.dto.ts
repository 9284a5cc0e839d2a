import { ActsOfCredential } from '../../../audit/dto/acts.dto.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import type {
  RevocationOutcome,
  TokenOutcome,
} from '../../../credentials/bulk-revocation/bulk-revocation.js';
import type { BodyBounds } from '../../../platform/http/body/body-bounds.js';
import { IsInstant } from '../../../platform/http/validation.js';
import { OptionalNotNull } from '../../../platform/http/optional.js';

const MAX_IDS = 10_000;
const MAX_ID = 40;

/** Body limits: ids of 40 characters, each on its own line. */
export const BULK_REVOCATION_BODY: Partial<BodyBounds> = {
  bytes: 512 * 1024,
  values: MAX_IDS + 20,
  items: MAX_IDS,
};

/** Selects the tokens to revoke. All given criteria must match, and at least one is required. */
export class BulkRevocationRequest {
  @ApiPropertyOptional({ type: [String], maxItems: MAX_IDS, description: 'Ids of tokens.' })
  @OptionalNotNull()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_IDS)
  @IsString({ each: true })
  @MaxLength(MAX_ID, { each: true })
  ids?: string[];

  @ApiPropertyOptional({ description: 'Prefix of the tokens.', example: 'eudr_live_a1b2' })
  @OptionalNotNull()
  @Matches(/^eudr_live_[0-9a-f]{1,8}$/, {
    message: 'prefix must be eudr_live_ followed by 1 to 8 hex digits',
  })
  prefix?: string;

  @ApiPropertyOptional({ description: 'Id of an integration.', example: 'int_01kan2x5v6fkrb3m1s3c1v9y7t' })
  @OptionalNotNull()
  @IsString()
  @MaxLength(MAX_ID)
  integration?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @OptionalNotNull()
  @IsInstant()
  createdBefore?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'For a token that was never used, its creation time counts.',
  })
  @OptionalNotNull()
  @IsInstant()
  lastUsedBefore?: string;

  @ApiPropertyOptional({ description: 'Selects all tokens of the company. Required without other filters.' })
  @OptionalNotNull()
  @IsBoolean()
  all?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'Returns what the call would revoke, and revokes nothing.',
  })
  @OptionalNotNull()
  @IsBoolean()
  dryRun?: boolean;

  @ApiPropertyOptional({ default: true, description: 'Also disables the webhooks that the tokens created.' })
  @OptionalNotNull()
  @IsBoolean()
  disableWebhooks?: boolean;
}

/** The result for one of many tokens. */
export class OutcomeDto {
  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'nightly sync' })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'eudr_live_a1b2c3d4' })
  prefix!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'int_01kan2x5v6fkrb3m1s3c1v9y7t' })
  integrationId!: string | null;

  @ApiProperty({ enum: ['revoked', 'already_revoked', 'would_revoke', 'not_found'] })
  outcome!: RevocationOutcome;

  @ApiProperty({
    type: ActsOfCredential,
    description: 'Objects that it created and changed, the first five.',
  })
  acts!: ActsOfCredential;
}

/** The results for many tokens. */
export class BulkRevocationResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ example: false })
  dryRun!: boolean;

  @ApiProperty({
    description: 'Number of tokens by outcome.',
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { revoked: 2, already_revoked: 1 },
  })
  outcomes!: Record<string, number>;

  @ApiProperty({ type: [OutcomeDto] })
  resultList!: OutcomeDto[];

  @ApiProperty({ example: 3 })
  resultCount!: number;

  static of(dryRun: boolean, results: TokenOutcome[]): BulkRevocationResponse {
    const outcomes: Record<string, number> = {};
    for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    return { success: true, dryRun, outcomes, resultList: results, resultCount: results.length };
  }
}
