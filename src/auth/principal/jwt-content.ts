/** Access tokens live for a session's next hour, private ones as long as their maker chose. */
export type JwtKind = 'session' | 'private';

/** What a token says, and its signature vouches for. */
export interface JwtContent {
  kind: JwtKind;
  /** The session, or the private token's row. */
  credentialId: string;
  userId: string;
  companyId: string;
  /** In whole seconds; a fraction is cut off. */
  expiresAt: Date;
  /** Of a session, when its password was checked; in whole seconds. */
  signedInAt?: Date;
}
