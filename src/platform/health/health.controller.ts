import { Controller, Get, HttpCode } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/database.js';
import { CommonErrors } from '../errors/common.errors.js';
import { Answers } from '../http/answers.js';
import { IgnoresAccept, Public } from '../http/route-access.js';
import { Draining } from '../http/protocol/draining.js';
import { HealthAnswer } from './dto/health.dto.js';

/** For load balancers and orchestrators. */
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly draining: Draining,
  ) {}

  @Get('live')
  @HttpCode(200)
  @Public()
  @IgnoresAccept()
  @ApiOperation({ operationId: 'live', summary: 'Whether the process runs' })
  @ApiOkResponse({ type: HealthAnswer })
  live(): HealthAnswer {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @IgnoresAccept()
  @ApiOperation({
    operationId: 'ready',
    summary: 'Whether requests can be served',
    description:
      'The database answers and has every migration, and the process does not stop. Send no traffic while this is 503.',
  })
  @ApiOkResponse({ type: HealthAnswer })
  @Answers(CommonErrors.serviceUnavailable)
  async ready(): Promise<HealthAnswer> {
    if (this.draining.isUnderway) {
      throw CommonErrors.serviceUnavailable.error({
        message: 'The process stops. Send requests to another.',
      });
    }
    await this.database.select('SELECT 1 AS one');
    return { status: 'ok' };
  }
}
