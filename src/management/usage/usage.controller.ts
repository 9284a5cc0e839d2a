import { DAY_MS } from '../../platform/values/time.js';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentMember } from '../../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { ForCompanyInPath, RequireRoles } from '../../auth/guard/require-roles.js';
import { Usage } from '../../credentials/usage/usage.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { parseInstant } from '../../platform/http/validation.js';
import { PageAndSizeQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { type ListResponse, listOf, ListsOf } from '../../platform/paging/lists.js';
import { UsageDto, UsageQuery } from './dto/usage.dto.js';

const USUAL_DAYS = 30;

/** Route of the usage of a company's credentials. */
@ApiTags('Usage')
@ForCompanyInPath()
@Controller('apiops/projects/:company/usage')
export class UsageController {
  constructor(private readonly usage: Usage) {}

  @Get()
  @RequireRoles('ROLE_VIEWER')
  @ApiOperation({
    operationId: 'listUsage',
    summary: 'List usage by credential and day',
    description: 'Counts appear after about a minute.',
  })
  @ListsOf(UsageDto)
  async list(
    @CurrentMember() { company }: MemberPrincipal,
    @Query() query: UsageQuery,
  ): Promise<ListResponse<UsageDto>> {
    const { to = today(), from = daysBefore(parseInstant(to), USUAL_DAYS) } = query;
    if (from > to) throw validationError([{ path: 'from', message: `from must not be after today, ${to}` }]);
    return listOf(await this.usage.page(company.id, { from, to }, PageAndSizeQuery.toPage(query)));
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function daysBefore(day = new Date(), days: number): string {
  return new Date(day.getTime() - days * DAY_MS).toISOString().slice(0, 10);
}
