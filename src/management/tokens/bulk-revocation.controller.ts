import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditedAs } from '../../auth/principal/audited-as.js';
import { CurrentMember } from '../../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { ForCompanyInPath, RequireRoles } from '../../auth/guard/require-roles.js';
import { BulkRevocation, type TokenSelection } from '../../credentials/bulk-revocation/bulk-revocation.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { INTEGRATION_ID } from '../../integrations/integrations.errors.js';
import { IntegrationsService } from '../../integrations/integrations.service.js';
import { requireId } from '../../platform/http/id-param.js';
import { AcceptsBody, LongRunning } from '../../platform/http/route-access.js';
import { parseInstant } from '../../platform/http/validation.js';
import {
  BULK_REVOCATION_BODY,
  BulkRevocationResponse,
  BulkRevocationRequest,
} from './dto/bulk-revocation.dto.js';

/**
 * Route to revoke one token or thousands.
 * It takes no `Idempotency-Key`: the work commits in steps, so no single transaction can store its response.
 * A repetition is harmless.
 */
@ApiTags('Management: tokens')
@ForCompanyInPath()
@Controller('apiops/projects/:company/tokens')
export class BulkRevocationController {
  constructor(
    private readonly bulk: BulkRevocation,
    private readonly integrations: IntegrationsService,
  ) {}

  @Post('revoke')
  @LongRunning()
  @HttpCode(200)
  @RequireRoles('ROLE_API_SECURITY')
  @AcceptsBody(BULK_REVOCATION_BODY)
  @ApiOperation({
    operationId: 'revokeManagedTokens',
    summary: 'Revoke many tokens',
    description:
      'Revokes the tokens that match every given filter. They stop working everywhere within a second. Repeating ' +
      'the call is safe: after an interrupted call, it revokes the rest.',
  })
  @ApiOkResponse({ type: BulkRevocationResponse })
  async revoke(
    @CurrentMember() { company }: MemberPrincipal,
    @Body() request: BulkRevocationRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<BulkRevocationResponse> {
    const { dryRun = false, disableWebhooks = true } = request;
    const selection = selectionOf(company.id, request);
    // A wrong id must give an error instead of an empty result.
    if (selection.integrationId !== undefined) {
      await this.integrations.find(company.id, selection.integrationId);
    }
    const results = await this.bulk.run(selection, { dryRun, disableWebhooks }, by);
    return BulkRevocationResponse.of(dryRun, results);
  }
}

function selectionOf(companyId: string, request: BulkRevocationRequest): TokenSelection {
  const { ids, prefix, integration, all } = request;
  const createdBefore = request.createdBefore && parseInstant(request.createdBefore);
  const lastUsedBefore = request.lastUsedBefore && parseInstant(request.lastUsedBefore);
  const criteria = {
    ...(ids && { ids }),
    ...(prefix !== undefined && { prefix }),
    ...(integration !== undefined && { integrationId: requireId(INTEGRATION_ID, integration) }),
    ...(createdBefore && { createdBefore }),
    ...(lastUsedBefore && { lastUsedBefore }),
  };
  if (Object.keys(criteria).length === 0 && all !== true) {
    const message =
      'Specify a filter: ids, prefix, integration, createdBefore or lastUsedBefore; or send "all": true for all tokens of the company';
    throw validationError([{ path: 'all', message, code: 'required' }]);
  }
  return { companyId, ...criteria };
}
