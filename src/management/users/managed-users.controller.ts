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
@ApiTags('Users')
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
  @ApiOperation({ operationId: 'listManagedUsers', summary: 'List the members of a company' })
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
    operationId: 'createManagedInvitation',
    summary: 'Create an invitation',
    description:
      'Sends an email with a link that also verifies the address. The response contains a second link, which does not verify it, ' +
      'so that you can pass it on yourself. It is shown once, works once, and expires after 7 days or with the token that ' +
      'created it. A new invitation revokes the earlier one.',
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
    operationId: 'replaceManagedRoles',
    summary: 'Replace the roles of a member',
    description: 'The roles apply to every credential of the member everywhere within a second.',
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
    operationId: 'deleteManagedUser',
    summary: 'Delete a member from a company',
    description: 'The account and its other memberships stay.',
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
    operationId: 'deactivateManagedUser',
    summary: 'Deactivate a user',
    description:
      'All credentials of the user stop working in every company. You must be an administrator of all these companies.',
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
    operationId: 'activateManagedUser',
    summary: 'Activate a user',
    description:
      'The user has the same roles as before. Tokens that are not revoked or expired work again. Sessions stay ' +
      'ended. If someone else may know the password, set a new one first. This also revokes every token.',
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
