import { ApiProperty } from '@nestjs/swagger';
import type { JWK } from 'jose';

/** A JWK set (RFC 7517, section 5). */
export class JwksResponse {
  @ApiProperty({
    type: 'array',
    description: 'Public keys as JWKs. The `kid` header of a token names its key.',
    items: {
      type: 'object',
      required: ['kty', 'kid'],
      properties: { kty: { type: 'string' }, kid: { type: 'string' } },
      additionalProperties: true,
    },
  })
  keys!: JWK[];
}
