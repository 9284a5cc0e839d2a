import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DETAILS } from './error-body.dto.js';

/** An error in the form of RFC 9457, for callers who prefer `application/problem+json`. */
export class ProblemDetails {
  @ApiProperty({
    description: 'The page that explains the code.',
    example: 'https://eudr.example/docs/errors#VALIDATION_ERROR',
  })
  type!: string;

  @ApiProperty({ description: "The code's usual sentence.", example: 'The request is not valid.' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  @ApiProperty({ description: 'What is wrong and how to mend it, for a person.' })
  detail!: string;

  @ApiProperty({ description: 'The machine-readable code.', example: 'VALIDATION_ERROR' })
  code!: string;

  @ApiPropertyOptional(DETAILS)
  details?: unknown;

  @ApiProperty({ description: 'Quote it when asking for help.', example: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' })
  requestId!: string;
}
