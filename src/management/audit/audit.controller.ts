import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AuditFilter, AuditReader } from '../../audit/audit-reader.js';
import { CurrentMember } from '../../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { ForCompanyInPath, RequireRoles } from '../../auth/guard/require-roles.js';
import { parseInstant } from '../../platform/http/validation.js';
import { PageAndSizeQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { type ListResponse, listOf, ListsOf } from '../../platform/paging/lists.js';
import { mapPage } from '../../platform/paging/page.js';
import { AuditDto, AuditQueryParameters } from './dto/audit.dto.js';

/** Route of a company's audit log. */
@ApiTags('Audit')
@ForCompanyInPath()
@Controller('apiops/projects/:company/audit')
export class AuditController {
  constructor(private readonly audit: AuditReader) {}

  @Get()
  @RequireRoles('ROLE_API_SECURITY')
  @ApiOperation({
    operationId: 'listAudit',
    summary: 'List audit entries',
    description: 'Newest first. Entries are kept for five years by default.',
  })
  @ListsOf(AuditDto)
  async list(
    @CurrentMember() { company }: MemberPrincipal,
    @Query() query: AuditQueryParameters,
  ): Promise<ListResponse<AuditDto>> {
    const page = await this.audit.page(company.id, filterOf(query), PageAndSizeQuery.toPage(query));
    return listOf(mapPage(page, (entry) => AuditDto.of(entry)));
  }
}

function filterOf({ actor, target, action, since, until }: AuditQueryParameters): AuditFilter {
  const [from, to] = [since, until].map((text) => (text === undefined ? undefined : parseInstant(text)));
  return {
    ...(actor !== undefined && { actor }),
    ...(target !== undefined && { target }),
    ...(action !== undefined && { action }),
    ...(from && { since: from }),
    ...(to && { until: to }),
  };
}
