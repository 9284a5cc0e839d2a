import { codeOf } from './database-errors.js';

const CERTIFICATE =
  "the server's certificate is refused: check ssl-ca and the host in DATABASE_URL, or have the server use another one";
const NO_TLS = 'the server offers no TLS, which ssl-mode in DATABASE_URL demands: turn it on there';
const LOG_IN =
  'the server refuses the log-in: check user and password in DATABASE_URL, and where it takes encrypted connections only, add ssl-mode';
const TLS_DEMANDED = 'the server takes encrypted connections only: add ssl-mode to DATABASE_URL';

/** Reason and remedy by the driver's error code. MariaDB reports missing TLS only as error 1045. */
const MENDS: Readonly<Record<string, string>> = {
  HANDSHAKE_SSL_ERROR: CERTIFICATE,
  HANDSHAKE_NO_SSL_SUPPORT: NO_TLS,
  ER_ACCESS_DENIED_ERROR: LOG_IN,
  ER_SECURE_TRANSPORT_REQUIRED: TLS_DEMANDED,
};

/** Returns one sentence for the operator; undefined if the server is simply away and waiting is enough. */
export function mendOf(error: unknown): string | undefined {
  return MENDS[codeOf(error)];
}
