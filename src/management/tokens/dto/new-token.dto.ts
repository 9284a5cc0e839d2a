import { ApiProperty } from '@nestjs/swagger';
import type { IssuedToken } from '../../../tokens/dto/issued-token.dto.js';
import { TokenItem } from '../../../tokens/dto/token.dto.js';

/** A new token with the token itself, as the management API shows it. */
export class NewTokenAnswer extends TokenItem {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ description: 'The token itself: shown here and never again.', example: 'eudr_live_…' })
  token!: string;

  static ofIssued({ raw, token }: IssuedToken): NewTokenAnswer {
    return { success: true, token: raw, ...TokenItem.of(token) };
  }
}
