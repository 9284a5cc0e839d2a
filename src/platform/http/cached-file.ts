import { brotliCompress, constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { isUnchanged, tagOf } from './entity-tags.js';

type Coding = 'br' | 'gzip' | 'identity';

interface Representation {
  body: Buffer;
  tag: string;
}

/** Higher levels take several times as long and save only a few per cent. */
const BROTLI_LEVEL = 6;
const CACHING = 'max-age=60';
const CODINGS: Coding[] = ['br', 'gzip', 'identity'];
const COMPRESS = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_LEVEL } }),
  gzip: (body: Buffer) => promisify(gzip)(body),
};

/**
 * A file that is the same for every caller.
 * It is built at the first request, compressed once for each coding, and kept in memory. Each coding has its
 * own ETag (RFC 9110, section 8.8.1).
 */
export class CachedFile {
  private readonly representations = new Map<Coding, Promise<Representation>>();

  /**
   * @param type media type, such as `text/css; charset=utf-8`
   * @param make reads or builds the file
   */
  constructor(
    private readonly type: string,
    private readonly make: () => string | Promise<string | Buffer>,
  ) {}

  /** Answers a GET or HEAD: 200 with the file, or 304. */
  async send({ headers }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const acceptable = new Negotiator({ headers }).encodings(CODINGS);
    const coding = CODINGS.find((one) => acceptable.includes(one)) ?? 'identity';
    const { body, tag } = await this.representation(coding);
    void reply.header('Vary', 'Accept-Encoding');
    if (isUnchanged(reply, headers['if-none-match'], tag, CACHING)) return reply.send();
    if (coding !== 'identity') void reply.header('Content-Encoding', coding);
    return reply.type(this.type).send(body);
  }

  private representation(coding: Coding): Promise<Representation> {
    const kept = this.representations.get(coding) ?? this.represent(coding);
    this.representations.set(coding, kept);
    kept.catch(() => this.representations.delete(coding));
    return kept;
  }

  private async represent(coding: Coding): Promise<Representation> {
    const body =
      coding === 'identity'
        ? Buffer.from(await this.make())
        : await COMPRESS[coding]((await this.representation('identity')).body);
    return { body, tag: tagOf(body) };
  }
}
