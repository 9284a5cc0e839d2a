/**
 * `session` is the access token of a session and lives for an hour. `private` is a private token and lives as
 * long as its owner chose.
 */
export type JwtKind = 'session' | 'private';

/** The signed content of an access token. */
export interface JwtContent {
  kind: JwtKind;
  /** Id of the session or of the private token. */
  credentialId: string;
  userId: string;
  companyId: string;
  /** In whole seconds. `Jwts.issue` cuts off a fraction. */
  expiresAt: Date;
  /** Sessions only: when the user entered the password, in whole seconds. */
  signedInAt?: Date;
}
