import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type CryptoKey, errors, jwtVerify, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { ErrorDefinition } from '../../platform/errors/app-error.js';
import { AuthErrors, unauthorized } from '../../auth/principal/auth.errors.js';
import type { JwtContent, JwtKind } from '../../auth/principal/jwt-content.js';
import { JWT_ALGORITHMS, type JwtKey } from './jwt-key.js';
import { JwtKeys } from './jwt-keys.js';

const AUDIENCE = 'eudr-api';
/**
 * Issuer of tokens that were created while `PUBLIC_URL` was not set. Our own key signed them, so they stay
 * valid.
 */
const USUAL_ISSUER = 'http://localhost:3000';
/**
 * The header `typ` of each kind of token, so one kind is never accepted as another (RFC 8725, section 3.11;
 * RFC 9068).
 */
const TYPE: Record<JwtKind, string> = { session: 'at+jwt', private: 'private+jwt' };
const CLAIMS = ['sub', 'jti', 'iat', 'exp', 'company_id'];

/**
 * Issues and verifies the product's JWTs by the keys alone. It does not check whether the session or the
 * private token still exists.
 */
@Injectable()
export class Jwts {
  /** The configured value. It stays the same after a restart on another port. */
  private readonly issuer: string;

  constructor(
    private readonly keys: JwtKeys,
    @Inject(CONFIG) { PUBLIC_URL }: Pick<Config, 'PUBLIC_URL'>,
  ) {
    this.issuer = PUBLIC_URL;
  }

  /**
   * Issues a JWT. Tokens of a session name it as `sid` and each have their own `jti`. A private token's `jti`
   * is its id.
   */
  async issue({ kind, credentialId, userId, companyId, expiresAt, signedInAt }: JwtContent): Promise<string> {
    const { id, algorithm, privateKey } = await this.keys.first();
    const named = kind === 'session' ? { sid: credentialId, jti: randomUUID() } : { jti: credentialId };
    return new SignJWT({
      ...named,
      company_id: companyId,
      ...(signedInAt && { auth_time: secondsOf(signedInAt) }),
    })
      .setProtectedHeader({ alg: algorithm, typ: TYPE[kind], kid: id })
      .setIssuer(this.issuer)
      .setAudience(AUDIENCE)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime(secondsOf(expiresAt))
      .sign(privateKey);
  }

  /**
   * @throws TOKEN_EXPIRED
   * @throws INVALID_TOKEN if the text is not a JWT of ours that is valid now
   */
  async verify(raw: string): Promise<JwtContent> {
    try {
      return await this.read(raw);
    } catch (error) {
      throw unauthorized(reasonOf(error), { cause: error });
    }
  }

  /**
   * Returns the id of the session or private token of a JWT of ours, even if it has expired; undefined for
   * other text.
   */
  async credentialOf(raw: string): Promise<string | undefined> {
    // At this time in the past, no token of ours had expired.
    const content = await this.read(raw, new Date(0)).catch(() => undefined);
    return content?.credentialId;
  }

  private async read(raw: string, currentDate?: Date): Promise<JwtContent> {
    const keys = await this.keys.all();
    const { payload, protectedHeader } = await jwtVerify(raw, (header) => keyFor(keys, header), {
      algorithms: [...JWT_ALGORITHMS],
      issuer: [this.issuer, USUAL_ISSUER],
      audience: AUDIENCE,
      requiredClaims: CLAIMS,
      ...(currentDate && { currentDate }),
    });
    return contentOf(kindOf(protectedHeader.typ), payload);
  }
}

function secondsOf(moment: Date): number {
  return Math.floor(moment.getTime() / 1000);
}

function reasonOf(error: unknown): ErrorDefinition {
  return error instanceof errors.JWTExpired ? AuthErrors.tokenExpired : AuthErrors.invalidToken;
}

/** Finds the key by id and algorithm. The key decides how a token is verified, never the token. */
function keyFor(keys: JwtKey[], { kid, alg }: JWTHeaderParameters): CryptoKey {
  const key = keys.find(({ id, algorithm }) => id === kid && algorithm === alg);
  if (!key) throw new Error('no such key');
  return key.publicKey;
}

function kindOf(typ: string | undefined): JwtKind {
  if (typ === TYPE.session) return 'session';
  if (typ === TYPE.private) return 'private';
  throw new Error('no such type of token');
}

function contentOf(kind: JwtKind, { sub, jti, exp, sid, company_id, auth_time }: JWTPayload): JwtContent {
  const credentialId = kind === 'session' ? sid : jti;
  if (typeof sub !== 'string' || typeof credentialId !== 'string' || typeof company_id !== 'string')
    throw new Error('a claim is not text');
  const expiresAt = new Date((exp as number) * 1000);
  const signedInAt = typeof auth_time === 'number' ? new Date(auth_time * 1000) : undefined;
  return {
    kind,
    credentialId,
    userId: sub,
    companyId: company_id,
    expiresAt,
    ...(signedInAt && { signedInAt }),
  };
}
