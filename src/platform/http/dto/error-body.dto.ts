import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Schema of a violation, for the documentation. */
export const VIOLATION = {
  type: 'object',
  required: ['path', 'message'],
  properties: { path: { type: 'string' }, message: { type: 'string' } },
};

/** Schema of an error's details, for the documentation. */
export const DETAILS = {
  description: 'Details for programs: the list of invalid places, or an object.',
  oneOf: [
    { type: 'array', items: VIOLATION },
    { type: 'object', additionalProperties: true },
  ],
};

/** Schema of the plain error format, for the documentation. */
export class ErrorBody {
  @ApiProperty({ description: 'Error code, for programs.', example: 'VALIDATION_ERROR' })
  error!: string;

  @ApiProperty({ description: 'What is wrong and how to fix it, for people.' })
  message!: string;

  @ApiPropertyOptional(DETAILS)
  details?: unknown;

  @ApiProperty({ description: 'Quote it when you ask for help.', example: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' })
  requestId!: string;
}
