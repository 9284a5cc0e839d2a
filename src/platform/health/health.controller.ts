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
  @ApiOperation({ operationId: 'live', summary: 'Get the liveness of the process' })
  @ApiOkResponse({ type: HealthResponse })
  live(): HealthResponse {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @IgnoresAccept()
  @ApiOperation({
    operationId: 'ready',
    summary: 'Get the readiness of the process',
    description:
      'Ready means: the database accepts writes and has every migration, and the process is not shutting down. Send no traffic while this returns 503.',
  })
  @ApiOkResponse({ type: HealthResponse })
  @ApiErrors(CommonErrors.serviceUnavailable)
  async ready(): Promise<HealthResponse> {
    if (this.draining.isUnderway) {
      throw CommonErrors.serviceUnavailable.error({
        message: 'The process is shutting down. Send requests to another one.',
      });
    }
    await this.readiness.check();
    return { status: 'ok' };
  }
}
