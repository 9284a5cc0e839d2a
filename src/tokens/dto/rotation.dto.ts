import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { DEFAULT_GRACE_SECONDS, MAX_GRACE_SECONDS } from '../../auth/credentials/rotation-grace.js';
import { Optional } from '../../platform/http/optional.js';

/** Options of a token rotation. */
export class RotationRequest {
  @ApiPropertyOptional({
    default: DEFAULT_GRACE_SECONDS,
    minimum: 0,
    maximum: MAX_GRACE_SECONDS,
    description:
      'Seconds until the old token stops working, at most until its own expiry. 0 revokes it at once.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(MAX_GRACE_SECONDS)
  graceSeconds?: number;
}
