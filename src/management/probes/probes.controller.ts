import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import { RequireUser } from '../../auth/guard/require-roles.js';
import { IgnoresAccept, Public } from '../../platform/http/route-access.js';

const TEXT = 'text/plain; charset=utf-8';

/** Routes by which a script checks that it reaches the service and that its credential is accepted. */
@ApiTags('Probes')
@Controller('apiops/test')
export class ProbesController {
  @Get('healthcheck')
  @Public()
  @IgnoresAccept()
  @Header('Content-Type', TEXT)
  @ApiOperation({ operationId: 'managementHealth', summary: 'Get the health of the service' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string', example: 'OK' } })
  healthcheck(): string {
    return 'OK';
  }

  @Get('hello/:name')
  @RequireUser()
  @IgnoresAccept()
  @Header('Content-Type', TEXT)
  @ApiParam({ name: 'name', schema: { type: 'string', maxLength: 3_060 } })
  @ApiOperation({ operationId: 'managementHello', summary: 'Get a greeting to test a credential' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string', example: 'Hello Ada' } })
  hello(@Param('name') name: string): string {
    return `Hello ${name}`;
  }
}
