import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CurrentIntegration } from '../../auth/principal/current-caller.js';
import type { IntegrationPrincipal } from '../../auth/principal/principal.js';
import { RequireScopes } from '../../auth/guard/require-scopes.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { ownerOf } from '../../integrations/owner.js';
import { DdsService } from './dds.service.js';
import { BatchDdsResponse } from './dto/batch-dds.dto.js';

@ApiTags('DDS')
@Controller('api/v1/integration/dds')
export class DdsController {
  constructor(private readonly dds: DdsService) {}

  @Get(':batchExternalId')
  @RequireScopes('integration:dds:read')
  @ApiOperation({
    operationId: 'getBatchDds',
    summary: 'Get the DDS of a batch',
    description:
      'Returns the status of the open DDS, or of the latest one, and every DDS that ever covered the batch.',
  })
  @ApiParam({
    name: 'batchExternalId',
    schema: { type: 'string', maxLength: 255, example: 'LOT-2026-0042' },
    description: 'The id of the batch in the ERP.',
  })
  @ApiOkResponse({ type: BatchDdsResponse })
  @ApiErrors(CommonErrors.notFound)
  ofBatch(
    @CurrentIntegration() caller: IntegrationPrincipal,
    @Param('batchExternalId') batchExternalId: string,
  ): Promise<BatchDdsResponse> {
    return this.dds.ofBatch(ownerOf(caller), batchExternalId);
  }
}
