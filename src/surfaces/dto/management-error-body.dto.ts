import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { VIOLATION } from '../../platform/http/dto/error-body.dto.js';

/** Schema of the management API's errors, for the documentation. */
export class ManagementErrorBody {
  @ApiProperty({ description: 'Error code, for programs.', example: 'validation_failed' })
  error!: string;

  @ApiProperty({ description: 'What is wrong and how to fix it, for people.' })
  error_description!: string;

  @ApiPropertyOptional({
    description: 'The invalid fields of the request.',
    type: 'array',
    items: VIOLATION,
  })
  validation_errors?: unknown;

  @ApiPropertyOptional({ description: 'On 429: seconds to wait.', type: 'integer' })
  retry_after?: number;
}
