import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorDefinition } from '../errors/app-error.js';
import { type ErrorHelp, errorHelpOf, helpLink } from '../errors/error-help.js';
import { CommonErrors } from '../errors/common.errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { Surfaces } from './surfaces.js';

/** The product's error for each status that the framework refuses with. */
const KIND_OF_STATUS: Record<number, ErrorDefinition> = {
  400: CommonErrors.validation,
  404: CommonErrors.notFound,
  408: CommonErrors.requestTimeout,
  413: CommonErrors.payloadTooLarge,
  414: CommonErrors.validation,
  415: CommonErrors.unsupportedMediaType,
  503: CommonErrors.serviceUnavailable,
};

/**
 * Converts any thrown value to an `AppError`. The status decides for errors of the framework; unexpected
 * errors become a plain 500.
 */
function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HttpException && error.cause instanceof AppError) return error.cause;
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number })?.statusCode;
  const kind = KIND_OF_STATUS[status ?? 500];
  return kind ? kind.error({ cause: error }) : CommonErrors.internal.error({ cause: error });
}

/** The only error filter. It answers every error in the format of its surface. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly helpOf: ErrorHelp;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly surfaces: Surfaces,
    @Inject(CONFIG) config: Pick<Config, 'DOCS' | 'PUBLIC_URL'>,
  ) {
    this.helpOf = errorHelpOf(config);
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers a request with an error. Hooks may call it too. */
  send(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const shown = toAppError(error);
    this.log(shown, error, request);
    if (reply.sent) return;
    const { id, headers } = request;
    const surface = this.surfaces.of(request.routeOptions.url ?? request.url);
    const help = this.helpOf(shown.kind.code);
    const { contentType, body } = surface.formatError(shown, { id, accept: headers.accept, help });
    void reply
      .code(shown.kind.status)
      .headers({ ...helpLink(help), ...shown.headers, 'content-type': contentType })
      .send(body);
  }

  /** The outage itself is logged once elsewhere, so a stack for each request would only hide it. */
  private log({ kind, cause }: AppError, error: unknown, request: FastifyRequest): void {
    const requestId = request.id;
    if (kind.status === 503) {
      const { code = 'none' } = (cause ?? {}) as { code?: string };
      this.logger.warn({ error: kind.code, code, requestId }, 'request rejected: service unavailable');
    } else if (kind.status >= 500) {
      this.logger.error({ err: cause ?? error, requestId }, 'request failed');
    }
  }
}
