import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditedAs } from '../../auth/principal/audited-as.js';
import { LifetimeErrors } from '../../auth/credentials/lifetime.js';
import { CurrentMember } from '../../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { ForCompanyInPath, RequireRoles } from '../../auth/guard/require-roles.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { IdempotentCall, ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.js';
import { InvitationsService } from '../../identity/invitations/invitations.service.js';
import { MembersService } from '../../identity/members/members.service.js';
import { USER_ID, UserErrors } from '../../identity/users/users.errors.js';
import { UsersService } from '../../identity/users/users.service.js';
import { Database } from '../../platform/database/database.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { PageAndSizeQuery } from '../../platform/paging/dto/page-queries.dto.js';
import { type ListResponse, listOf, ListsOf } from '../../platform/paging/lists.js';
import {
  InvitationResponse,
  InvitationRequest,
  RolesRequest,
  UserResponse,
  UserDto,
} from './dto/user.dto.js';
import { IdParam } from '../../platform/http/id-param.js';

/** Routes for the members of a company. */
@ApiTags('Management: users')
@ForCompanyInPath()
@Controller('apiops/projects/:company/users')
export class ManagedUsersController {
  constructor(
    private readonly users: UsersService,
    private readonly members: MembersService,
    private readonly invitations: InvitationsService,
    private readonly idempotency: Idempotency,
    private readonly database: Database,
  ) {}

  @Get()
  @RequireRoles('ROLE_ADMIN')
  @ApiOperation({ operationId: 'listManagedUsers', summary: 'The members of a company' })
  @ListsOf(UserDto)
  async list(
    @CurrentMember() { company }: MemberPrincipal,
    @Query() query: PageAndSizeQuery,
  ): Promise<ListResponse<UserDto>> {
    return listOf(await this.users.list(company.id, PageAndSizeQuery.toPage(query)));
  }

  @Post()
  @RequireRoles('ROLE_ADMIN')
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'inviteManagedUser',
    summary: 'Invite someone',
    description:
      'A link that lets them in and proves their address is mailed. Another one, which proves nothing, is in this ' +
      'answer, for whoever hands it over: shown this once, it works once, for 7 days or as long as the token that ' +
      'invites. To invite someone again withdraws the invitation before.',
  })
  @ApiCreatedResponse({ type: InvitationResponse })
  @ApiErrors(
    CommonErrors.limitReached,
    LifetimeErrors.signInAgain,
    UserErrors.forbidden,
    UserErrors.alreadyMember,
  )
  invite(
    @CurrentMember() { company }: MemberPrincipal,
    @Body() { email, roles }: InvitationRequest,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<InvitationResponse> {
    const input = { companyId: company.id, email, roles, by };
    return this.idempotency.run(keyed, async (tx) =>
      InvitationResponse.of(await this.invitations.invite(tx, input)),
    );
  }

  @Put(':user/roles')
  @RequireRoles('ROLE_ADMIN')
  @ApiOperation({
    operationId: 'changeManagedRoles',
    summary: 'Set the roles of a member',
    description: 'They hold for every credential of theirs at once, within a second everywhere.',
  })
  @ApiOkResponse({ type: UserResponse })
  @ApiErrors(UserErrors.forbidden, UserErrors.lastAdmin)
  async changeRoles(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('user', USER_ID) userId: string,
    @Body() { roles }: RolesRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<UserResponse> {
    const change = { companyId: company.id, userId, by };
    return UserResponse.of(await this.database.transaction((tx) => this.members.setRoles(tx, change, roles)));
  }

  @Delete(':user')
  @HttpCode(204)
  @RequireRoles('ROLE_ADMIN')
  @ApiOperation({
    operationId: 'removeManagedUser',
    summary: 'End a membership',
    description: 'Their account and their other companies stay.',
  })
  @ApiNoContentResponse()
  @ApiErrors(UserErrors.forbidden, UserErrors.lastAdmin)
  remove(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('user', USER_ID) userId: string,
    @AuditedAs() by: AuditContext,
  ): Promise<void> {
    return this.database.transaction((tx) => this.members.remove(tx, { companyId: company.id, userId, by }));
  }

  @Post(':user/disable')
  @HttpCode(200)
  @RequireRoles('ROLE_ADMIN')
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'disableManagedUser',
    summary: 'Disable someone',
    description: 'Nothing of theirs works any more, in any company; so who does it must administer them all.',
  })
  @ApiOkResponse({ type: UserResponse })
  @ApiErrors(UserErrors.forbidden, UserErrors.lastAdmin, UserErrors.memberElsewhere)
  disable(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('user', USER_ID) userId: string,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<UserResponse> {
    const change = { companyId: company.id, userId, by };
    return this.idempotency.run(keyed, async (tx) => UserResponse.of(await this.members.disable(tx, change)));
  }

  @Post(':user/enable')
  @HttpCode(200)
  @RequireRoles('ROLE_ADMIN')
  @ApiIdempotencyKey()
  @ApiOperation({
    operationId: 'enableManagedUser',
    summary: 'Let someone sign in again',
    description:
      'Their roles are as before, and the tokens that had neither been revoked nor expired work again. Sessions have ' +
      'ended for good. Where somebody else may know their password, set a new one first: that ends every token.',
  })
  @ApiOkResponse({ type: UserResponse })
  @ApiErrors(UserErrors.forbidden, UserErrors.memberElsewhere)
  enable(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('user', USER_ID) userId: string,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<UserResponse> {
    const change = { companyId: company.id, userId, by };
    return this.idempotency.run(keyed, async (tx) => UserResponse.of(await this.members.enable(tx, change)));
  }
}
