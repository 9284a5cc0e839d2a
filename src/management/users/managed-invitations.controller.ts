import { Controller, Delete, Get, HttpCode, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuditContext } from '../../audit/audit-context.js';
import { ForCompanyInPath, RequireRoles } from '../../auth/guard/require-roles.js';
import { AuditedAs } from '../../auth/principal/audited-as.js';
import { CurrentMember } from '../../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { INVITATION_ID, noSuchInvitation } from '../../identity/invitations/invitations.errors.js';
import { InvitationsService } from '../../identity/invitations/invitations.service.js';
import { Database } from '../../platform/database/database.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { IdParam } from '../../platform/http/id-param.js';
import { PageAndSizeQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { type ListResponse, listOf, ListsOf } from '../../platform/paging/lists.js';
import { mapPage } from '../../platform/paging/page.js';
import { OpenInvitationDto } from './dto/user.dto.js';

/** Routes for open invitations to a company. */
@ApiTags('Users')
@ForCompanyInPath()
@Controller('apiops/projects/:company/users/invitations')
export class ManagedInvitationsController {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly database: Database,
  ) {}

  @Get()
  @RequireRoles('ROLE_ADMIN')
  @ApiOperation({
    operationId: 'listManagedInvitations',
    summary: 'List open invitations',
    description: 'Sorted by expiry. Links are not shown.',
  })
  @ListsOf(OpenInvitationDto)
  async list(
    @CurrentMember() { company }: MemberPrincipal,
    @Query() query: PageAndSizeQuery,
  ): Promise<ListResponse<OpenInvitationDto>> {
    const page = await this.invitations.list(company.id, PageAndSizeQuery.toPage(query));
    return listOf(mapPage(page, (one) => OpenInvitationDto.of(one)));
  }

  @Delete(':invitation')
  @HttpCode(204)
  @RequireRoles('ROLE_ADMIN')
  @ApiOperation({ operationId: 'revokeManagedInvitation', summary: 'Revoke an invitation' })
  @ApiNoContentResponse()
  @ApiErrors(noSuchInvitation)
  withdraw(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('invitation', INVITATION_ID) id: string,
    @AuditedAs() by: AuditContext,
  ): Promise<void> {
    return this.database.transaction((tx) => this.invitations.withdraw(tx, company.id, id, by));
  }
}
