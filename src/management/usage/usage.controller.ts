import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { Member } from '../../auth/principal/caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { RequireRoles } from '../../auth/guard/require-roles.js';
import { Usage } from '../../credentials/usage/usage.js';
import { type ListAnswer, ListsOf, PageQuery, pageOf } from '../lists.js';
import { DAY_MS } from '../../platform/time.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const USUAL_DAYS = 30;

class UsageQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'date', description: '30 days ago unless given.', example: '2026-11-01' })
  @IsOptional()
  @Matches(DAY, { message: 'from must be a day such as 2026-11-01' })
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Today, in UTC, unless given.', example: '2026-11-30' })
  @IsOptional()
  @Matches(DAY, { message: 'to must be a day such as 2026-11-30' })
  to?: string;
}

class UsageItem {
  @ApiProperty({ format: 'date', description: 'In UTC.', example: '2026-11-22' })
  day!: string;

  @ApiProperty({ example: 'tok_01kan2x5v6fkrb3m1s3c1v9y7t' })
  credentialId!: string;

  @ApiProperty({ description: 'That were let in.', example: 1440 })
  requests!: number;

  @ApiProperty({ description: 'Of those, answered with a status of 400 or above.', example: 3 })
  errors!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  lastUsedAt!: string;
}

/** What a company's credentials are used for. */
@ApiTags('Management: usage')
@ApiParam({ name: 'company', description: 'Slug or id of the company.', example: 'acme' })
@Controller('apiops/projects/:company/usage')
export class UsageController {
  constructor(@Inject(Usage) private readonly usage: Usage) {}

  @Get()
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({
    operationId: 'listUsage',
    summary: 'Requests, errors and last use by credential and day',
    description: 'Counts reach it within a minute or so.',
  })
  @ListsOf(UsageItem)
  async list(
    @Member() { company }: MemberPrincipal,
    @Query() query: UsageQuery,
  ): Promise<ListAnswer<UsageItem>> {
    const { from = dayAgo(USUAL_DAYS), to = dayAgo(0) } = query;
    return pageOf(await this.usage.of(company.id, from, to), query);
  }
}

function dayAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}
