import { ApiProperty } from '@nestjs/swagger';
import { SCOPES } from '../../auth/principal/scopes.js';

/** All scopes that a token may have. */
export class ScopesResponse {
  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: readonly string[];
}
