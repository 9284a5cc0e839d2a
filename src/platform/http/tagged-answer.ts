import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader, ApiNotModifiedResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { bodyTag, isUnchanged } from './entity-tags.js';

/** For the documentation of a 200 that carries an entity tag. */
export const TAG_HEADERS = {
  ETag: {
    description: 'For `If-None-Match`: a 304 while the answer would be the same.',
    schema: { type: 'string', example: '"Qm9vbXNlbnRlbmNlLi4uLg"' },
  },
};

@Injectable()
class TagsAnswer implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const ifNoneMatch = http.getRequest<FastifyRequest>().headers['if-none-match'];
    const reply = http.getResponse<FastifyReply>();
    const tagged = (body: unknown): unknown =>
      isUnchanged(reply, ifNoneMatch, bodyTag(body)) ? undefined : body;
    return next.handle().pipe(map(tagged));
  }
}

/** Gives the answer of a GET an `ETag` of its content; `If-None-Match` then answers 304 (RFC 9110, section 13.1.2). */
export function TaggedAnswer(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(TagsAnswer),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The ETag of an earlier answer: 304 if this one would be the same.',
      schema: { type: 'string' },
    }),
    ApiNotModifiedResponse({ description: 'The answer is still the one with the given ETag.' }),
  );
}
