import { ActsOfCredential } from '../../../audit/dto/acts.dto.js';
import { shownMaker } from '../../../audit/audit-context.js';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import type {
  PersonalTokenSummary,
  RevokedPersonalToken,
} from '../../../credentials/personal-tokens/personal-tokens.service.js';
import { IsName, parseInstant } from '../../../platform/http/validation.js';
import { MAX_NAME } from '../../../platform/values/name.js';

const NEVER = 'never';

/** Parses the requested expiry: a future time, or null for `never`; undefined for other text. */
export function parseExpiry(text: unknown): Date | null | undefined {
  if (text === NEVER) return null;
  const at = typeof text === 'string' ? parseInstant(text) : undefined;
  return at && at.getTime() > Date.now() ? at : undefined;
}

function IsExpiry(): PropertyDecorator {
  return ValidateBy({
    name: 'isExpiry',
    validator: {
      validate: (value) => parseExpiry(value) !== undefined,
      defaultMessage: () => 'expires must be "never" or an ISO 8601 time in the future',
    },
  });
}

/** A new personal token. */
export class NewPersonalTokenRequest {
  @ApiProperty({ maxLength: MAX_NAME, example: 'rotation script' })
  @IsName(MAX_NAME)
  name!: string;

  @ApiProperty({ description: '`never`, or the time of expiry.', example: '2027-06-30' })
  @IsExpiry()
  expires!: string;
}

/** A personal token, without the raw token. */
export class PersonalTokenDto {
  @ApiProperty({ example: 'pat_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'rotation script' })
  name!: string;

  @ApiProperty({ example: 'eudr_pat_a1b2c3d4' })
  prefix!: string;

  @ApiProperty({ description: '`never`, or the time of expiry.', example: '2027-06-30T00:00:00.000Z' })
  expires!: string;

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

  @ApiProperty({
    type: [String],
    description: 'Ids of the companies in which it may act. Use PATCH to change them.',
    example: ['com_01kan2x5v6fkrb3m1s3c1v9y7t'],
  })
  companies!: string[];

  static of(token: PersonalTokenSummary): PersonalTokenDto {
    const { id, name, prefix, expiresAt, revokedAt, lastUsedAt, createdAt } = token;
    return {
      id,
      name,
      prefix,
      expires: expiresAt?.toISOString() ?? NEVER,
      revokedAt: revokedAt?.toISOString() ?? null,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
      madeBy: shownMaker(token.madeBy),
      changedBy: token.changedBy,
      companies: token.companies,
    };
  }
}

/** A new personal token with the raw token. */
export class NewPersonalTokenResponse extends PersonalTokenDto {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ description: 'The token. Shown only once.', example: 'eudr_pat_…' })
  token!: string;
}

/** A personal token after a change. */
export class PersonalTokenResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ type: PersonalTokenDto })
  token!: PersonalTokenDto;
}

class RevokedPersonalTokenDto extends PersonalTokenDto {
  @ApiProperty({ type: ActsOfCredential, description: 'Objects that it created and changed, up to a limit.' })
  acts!: ActsOfCredential;
}

/** A revoked personal token, with what it did. */
export class RevokedPersonalTokenResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ type: RevokedPersonalTokenDto })
  token!: RevokedPersonalTokenDto;

  static of(token: RevokedPersonalToken): RevokedPersonalTokenResponse {
    return { success: true, token: { ...PersonalTokenDto.of(token), acts: token.acts } };
  }
}
