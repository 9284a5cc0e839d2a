import { Controller } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditedAs } from '../../auth/principal/audited-as.js';
import { RequireRoles } from '../../auth/guard/require-roles.js';
import { CurrentMember } from '../../auth/principal/current-caller.js';
import type { MemberPrincipal } from '../../auth/principal/principal.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { IdempotentCall } from '../../idempotency/api-idempotency-key.js';
import { IntegrationDto } from '../../integrations/dto/integration.dto.js';
import { IntegrationsService } from '../../integrations/integrations.service.js';
import { MANAGEMENT_SURFACE } from '../../integrations/member-surfaces.js';
import { IdParam } from '../../platform/http/id-param.js';
import { INTEGRATION_ID } from '../../integrations/integrations.errors.js';

const responses = MANAGEMENT_SURFACE.responses('integration', IntegrationDto);

/** Routes to activate and deactivate an integration. Only the management API has them. */
@MANAGEMENT_SURFACE.Documented('integrations')
@Controller(MANAGEMENT_SURFACE.path)
export class IntegrationActivationController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly idempotency: Idempotency,
  ) {}

  @MANAGEMENT_SURFACE.Action(':integration/activate')
  @RequireRoles('ROLE_ACTIVATE_INTEGRATIONS')
  @ApiOperation({ operationId: 'activateManagedIntegration', summary: 'Activate an integration' })
  @responses.One()
  activate(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('integration', INTEGRATION_ID) id: string,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<object> {
    return this.idempotency.run(keyed, async (tx) =>
      responses.one(IntegrationDto.of(await this.integrations.switch(tx, company.id, id, 'ACTIVE', by))),
    );
  }

  @MANAGEMENT_SURFACE.Action(':integration/deactivate')
  @RequireRoles('ROLE_ACTIVATE_INTEGRATIONS')
  @ApiOperation({
    operationId: 'deactivateManagedIntegration',
    summary: 'Deactivate an integration',
    description:
      'Its tokens are rejected everywhere within a second. Its webhooks wait in the queue until it is activated again.',
  })
  @responses.One()
  deactivate(
    @CurrentMember() { company }: MemberPrincipal,
    @IdParam('integration', INTEGRATION_ID) id: string,
    @IdempotentCall() keyed: IdempotentRequest,
    @AuditedAs() by: AuditContext,
  ): Promise<object> {
    return this.idempotency.run(keyed, async (tx) =>
      responses.one(IntegrationDto.of(await this.integrations.switch(tx, company.id, id, 'INACTIVE', by))),
    );
  }
}
