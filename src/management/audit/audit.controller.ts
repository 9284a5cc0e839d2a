import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditReader } from '../../audit/audit-reader.js';
import { Member } from '../../auth/principal/caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { ForCompanyInPath, RequireRoles } from '../../auth/guard/require-roles.js';
import { parseInstant } from '../../platform/http/validation.js';
import { type ListAnswer, listOf, ListsOf } from '../../platform/http/lists.js';
import { AuditItem, AuditQueryParameters } from './dto/audit.dto.js';

/** Who did what to which credential of a company. */
@ApiTags('Management: audit')
@ForCompanyInPath()
@Controller('apiops/projects/:company/audit')
export class AuditController {
  constructor(private readonly audit: AuditReader) {}

  @Get()
  @RequireRoles('ROLE_API_SECURITY')
  @ApiOperation({
    operationId: 'listAudit',
    summary: 'Who did what to which credential, the latest first',
    description: 'Entries are kept for five years unless the service is told otherwise.',
  })
  @ListsOf(AuditItem)
  async list(
    @Member() { company }: MemberPrincipal,
    @Query() query: AuditQueryParameters,
  ): Promise<ListAnswer<AuditItem>> {
    const { page, size, actor, target, action } = query;
    const since = query.since === undefined ? undefined : parseInstant(query.since);
    const until = query.until === undefined ? undefined : parseInstant(query.until);
    const { entries, total } = await this.audit.page(company.id, {
      page,
      size,
      ...(actor !== undefined && { actor }),
      ...(target !== undefined && { target }),
      ...(action !== undefined && { action }),
      ...(since && { since }),
      ...(until && { until }),
    });
    const resultList = entries.map(
      ({ sequence, at, actor: by, action: act, target: of, address, requestId, credential, details }) => ({
        sequence,
        at,
        actor: by,
        action: act,
        target: of,
        address,
        requestId,
        credential,
        details,
      }),
    );
    return listOf(resultList, total);
  }
}
