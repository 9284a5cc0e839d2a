import { ApiProperty } from '@nestjs/swagger';
import { SCOPES } from '../../auth/principal/scopes.js';

/** All that a token can be allowed. */
export class ScopesResponse {
  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: readonly string[];
}
