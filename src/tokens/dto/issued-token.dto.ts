import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { TokenSummary } from '../token-summary.js';

const SHOWN_ONCE = 'Store the token now: it is not shown again.';

/** A new token with the raw token. */
export interface IssuedToken {
  raw: string;
  token: TokenSummary;
}

/** The class of a response with a new token. Each surface has its own. */
export interface IssuedTokenClass extends Type<object> {
  ofIssued(issued: IssuedToken): object;
}

/** A new token with the raw token, in the form of `/api/integrations`. */
export class IssuedTokenResponse {
  @ApiProperty({ description: 'The token. Shown only once.', example: 'eudr_live_…' })
  token!: string;

  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'nightly sync' })
  name!: string;

  @ApiProperty({ example: 'eudr_live_a1b2c3d4' })
  tokenPrefix!: string;

  @ApiProperty({ type: [String] })
  scopes!: string[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;

  @ApiProperty({ example: SHOWN_ONCE })
  message!: string;

  static ofIssued({ raw, token }: IssuedToken): IssuedTokenResponse {
    const { id, name, prefix, scopes, expiresAt } = token;
    const shown = { id, name, tokenPrefix: prefix, scopes, expiresAt: expiresAt?.toISOString() ?? null };
    return { token: raw, ...shown, message: SHOWN_ONCE };
  }
}
