import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DETAILS } from './error-body.dto.js';

/** An error in the form of RFC 9457, for callers who prefer `application/problem+json`. */
export class ProblemDetails {
  @ApiProperty({
    description: 'URL of the page that explains the code.',
    example: 'https://eudr.example/docs/errors#VALIDATION_ERROR',
  })
  type!: string;

  @ApiProperty({ description: 'General message of the code.', example: 'The request is not valid.' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  @ApiProperty({ description: 'What is wrong and how to fix it, for people.' })
  detail!: string;

  @ApiProperty({ description: 'Error code, for programs.', example: 'VALIDATION_ERROR' })
  code!: string;

  @ApiPropertyOptional(DETAILS)
  details?: unknown;

  @ApiProperty({ description: 'Quote it when you ask for help.', example: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' })
  requestId!: string;
}
