import type { RouteOptions } from 'fastify';
import { isUnchanged, tagOf } from './entity-tags.js';

/** Keeps what the route answers first, and answers it from then on, with an entity tag. */
export function keepAnswer(route: RouteOptions): void {
  let kept: { body: Buffer; type: string; tag: string } | undefined;
  route.preHandler = ({ headers }, reply, done) => {
    if (!kept) return done();
    const unchanged = isUnchanged(reply, headers['if-none-match'], kept.tag);
    void (unchanged ? reply.send() : reply.type(kept.type).send(kept.body));
  };
  route.onSend = (_request, reply, payload, done) => {
    if (kept || reply.statusCode !== 200 || typeof payload !== 'string') return done(null, payload);
    const body = Buffer.from(payload);
    kept = { body, type: String(reply.getHeader('content-type')), tag: tagOf(body) };
    void reply.header('etag', kept.tag);
    done(null, body);
  };
}
