import { ApiProperty } from '@nestjs/swagger';
import type { IssuedToken } from '../../../tokens/dto/issued-token.dto.js';
import { TokenDto } from '../../../tokens/dto/token.dto.js';

/** A new token with the raw token, in the form of the management API. */
export class NewTokenResponse extends TokenDto {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ description: 'The token. Shown only once.', example: 'eudr_live_…' })
  token!: string;

  static ofIssued({ raw, token }: IssuedToken): NewTokenResponse {
    return { success: true, token: raw, ...TokenDto.of(token) };
  }
}
