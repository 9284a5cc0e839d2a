import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { auditContextOf } from '../../auth/principal/audited-as.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { LeakReportLimit, LEAK_REPORTS_PER_MINUTE } from '../../credentials/leaks/leak-report-limit.js';
import { LeaksService } from '../../credentials/leaks/leaks.service.js';
import { CommonErrors, validationError } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { PublicOrUser } from '../../auth/guard/public-or-user.js';
import { AcceptsBody } from '../../platform/http/route-access.js';
import {
  LEAK_REPORT_BODY,
  LeakAcceptedResponse,
  LeakReportResponse,
  LeakReportRequest,
  MAX_FROM_ANYONE,
  MAX_FROM_OPERATORS,
} from './dto/leak-report.dto.js';

/** Route for reports of leaked credentials. */
@ApiTags('Management: tokens')
@Controller('apiops/tokens')
export class LeaksController {
  constructor(
    private readonly leaks: LeaksService,
    private readonly limit: LeakReportLimit,
  ) {}

  @Post('leaked')
  @PublicOrUser(LEAK_REPORTS_PER_MINUTE)
  @AcceptsBody(LEAK_REPORT_BODY)
  @ApiOperation({
    operationId: 'reportLeakedTokens',
    summary: 'Report leaked credentials',
    description:
      'Open to everyone. Without a credential it returns 202 at once, the same for known and unknown credentials. Known ones are revoked ' +
      'within seconds. With a personal token it returns 200 with the outcome of each. Webhooks of revoked credentials are disabled, and ' +
      '`credential.revoked` events are sent. Limit: ten ' +
      'calls a minute per company, or per IP address without a credential.',
  })
  @ApiAcceptedResponse({ type: LeakAcceptedResponse })
  @ApiOkResponse({ type: LeakReportResponse })
  @ApiErrors(CommonErrors.validation, AuthErrors.rateLimitExceeded)
  @ApiErrors(
    AuthErrors.invalidTokenFormat,
    AuthErrors.invalidToken,
    AuthErrors.tokenRevoked,
    AuthErrors.tokenExpired,
  )
  @ApiErrors(CommonErrors.internal, CommonErrors.serviceUnavailable)
  async report(
    @Body() { tokens }: LeakReportRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LeakAcceptedResponse | LeakReportResponse> {
    const { principal } = request;
    if (principal && 'user' in principal) {
      reply.status(200);
      const outcomes = await this.limit.runFor(principal.companyId, () =>
        this.leaks.report(tokens, auditContextOf(request)),
      );
      const resultList = outcomes.map((outcome, index) => ({ index, outcome }));
      return { success: true, resultList, resultCount: resultList.length };
    }
    if (tokens.length > MAX_FROM_ANYONE) throw tooMany();
    await this.leaks.accept(tokens, request.ip);
    reply.status(202);
    return { success: true };
  }
}

function tooMany(): Error {
  const message = `tokens must have at most ${MAX_FROM_ANYONE} items, or ${MAX_FROM_OPERATORS} with a personal token`;
  return validationError([{ path: 'tokens', message }]);
}
