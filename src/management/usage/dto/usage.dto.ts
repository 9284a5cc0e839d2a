import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDay } from '../../../platform/http/validation.js';
import { PageAndSizeQuery } from '../../../platform/paging/dto/page-queries.dto.js';
import { IsLaterThan } from '../../../platform/http/windows.js';
import { Optional } from '../../../platform/http/optional.js';

/** Query of the usage. */
export class UsageQuery extends PageAndSizeQuery {
  @ApiPropertyOptional({
    format: 'date',
    description: 'First day. Default: 30 days before `to`.',
  })
  @Optional()
  @IsDay()
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Last day. Default: today in UTC.' })
  @Optional()
  @IsDay()
  @IsLaterThan('from', { orEqual: true })
  to?: string;
}

/** The requests of one credential on one day. */
export class UsageDto {
  @ApiProperty({ format: 'date', description: 'In UTC.', example: '2026-11-22' })
  day!: string;

  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  credentialId!: string;

  @ApiProperty({ description: 'Number of authorized requests.', example: 1440 })
  requests!: number;

  @ApiProperty({ description: 'Number of these with a status of 400 or above.', example: 3 })
  errors!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  lastUsedAt!: string;
}
