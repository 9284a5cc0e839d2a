import { Controller, Get, HttpCode } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CommonErrors } from '../errors/common.errors.js';
import { ApiErrors } from '../http/api-errors.js';
import { IgnoresAccept, Public } from '../http/route-access.js';
import { Draining } from '../http/protocol/draining.js';
import { HealthResponse } from './dto/health.dto.js';
import { Readiness } from './readiness.js';

/** Health probes for load balancers and orchestrators. */
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly draining: Draining,
  ) {}

  @Get('live')
  @HttpCode(200)
  @Public()
  @IgnoresAccept()
  @ApiOperation({ operationId: 'live', summary: 'Whether the process runs' })
  @ApiOkResponse({ type: HealthResponse })
  live(): HealthResponse {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @IgnoresAccept()
  @ApiOperation({
    operationId: 'ready',
    summary: 'Whether requests can be served',
    description:
      'The database answers, takes writes and has every migration, and the process does not stop. Send no traffic while this is 503.',
  })
  @ApiOkResponse({ type: HealthResponse })
  @ApiErrors(CommonErrors.serviceUnavailable)
  async ready(): Promise<HealthResponse> {
    if (this.draining.isUnderway) {
      throw CommonErrors.serviceUnavailable.error({
        message: 'The process stops. Send requests to another.',
      });
    }
    await this.readiness.check();
    return { status: 'ok' };
  }
}
