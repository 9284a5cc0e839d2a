import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { VIOLATION } from '../../platform/http/dto/error-body.dto.js';

/** Schema of the management API's errors, for the documentation. */
export class ManagementErrorBody {
  @ApiProperty({ description: 'The machine-readable code.', example: 'validation_failed' })
  error!: string;

  @ApiProperty({ description: 'What is wrong and how to mend it, for a person.' })
  error_description!: string;

  @ApiPropertyOptional({
    description: 'The wrong places of the request.',
    type: 'array',
    items: VIOLATION,
  })
  validation_errors?: unknown;

  @ApiPropertyOptional({ description: 'With 429: seconds to wait.', type: 'integer' })
  retry_after?: number;
}
