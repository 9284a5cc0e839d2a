import { ApiProperty } from '@nestjs/swagger';
import type { JWK } from 'jose';

/** A JWK set (RFC 7517, section 5). */
export class JwksAnswer {
  @ApiProperty({ type: [Object], description: 'Public JWKs; a token names its own by `kid`.' })
  keys!: JWK[];
}
