const REDACTED = '[redacted]';

/**
 * A credential by its prefix (webhook secrets are base64), or by its scheme in a header. In a URL, `+` may
 * stand for the space after the scheme.
 */
const CREDENTIAL = /eudr_[a-z]{1,20}_\w+|whsec_[\w+/=]+|(?:Bearer|Basic)[\s+]+[^\s+]\S*/gi;
/** Hex digits: 48 of them are a token whose prefix was disguised. */
const HEX = /[0-9a-f]{8,}/gi;
const HEX_DIGITS = 48;
/** A secret as a URL parameter. */
const SECRET_PARAMETER = /((?:token|secret|password|api[-_]?key|signature)\]?=)[^&\s]+/gi;

/** Beginnings of tokens, of webhook secrets, and of common JWTs. */
const BEGINNINGS = ['eudr_', 'whsec_', 'eyJhbGci', 'eyJ0eXAi', 'eyJraWQi'];
/** A credential in base64, possibly after other bytes, with at least 18 characters after its beginning. */
const IN_BASE64 = new RegExp(`(?:${BEGINNINGS.flatMap(base64FormsOf).join('|')})[\\w+/=-]{18,}`, 'g');

/**
 * Returns what the base64 of any text with this part contains. The part can begin at each of the three bytes
 * of a base64 group.
 */
function base64FormsOf(text: string): string[] {
  return [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + text)
      .toString('base64')
      .slice(Math.ceil((before * 4) / 3), Math.floor(((before + text.length) * 4) / 3)),
  );
}

/** A word that may contain a JWT, whose parts are base64url. */
const DOTTED_WORD = /[\w.-]+/g;
const JWT_BEGINS = 'eyJ';

/** Redacts every credential in a text, such as a driver's message. Takes linear time. */
export function withoutCredentials(text: string): string {
  const rest = text.includes(JWT_BEGINS) ? text.replace(DOTTED_WORD, withoutJwt) : text;
  return rest
    .replace(CREDENTIAL, REDACTED)
    .replace(IN_BASE64, REDACTED)
    .replace(HEX, (digits) => (digits.length < HEX_DIGITS ? digits : REDACTED))
    .replace(SECRET_PARAMETER, `$1${REDACTED}`);
}

function withoutJwt(word: string): string {
  const start = word.indexOf(JWT_BEGINS);
  return start !== -1 && word.includes('.', start) ? word.slice(0, start) + REDACTED : word;
}

const VALUE_BEGINS = /\b(?:entry|value:?) '/i;

/**
 * Redacts the value that a database server quotes: `Duplicate entry '…' for key`, `Incorrect … value: '…' for
 * column`.
 */
export function withoutQuotedValue(text: string): string {
  const begin = VALUE_BEGINS.exec(text);
  if (!begin) return text;
  const start = begin.index + begin[0].length;
  const end = Math.max(text.lastIndexOf("' for key "), text.lastIndexOf("' for column "));
  return end < start ? text : text.slice(0, start) + REDACTED + text.slice(end);
}

/** Maximum length of a logged URL, in characters. */
const MAX_URL = 2048;
/** How many levels of percent-encoding are decoded. A URL may be a parameter of another URL. */
const MAX_DECODINGS = 3;
const ENCODED = /(?:%[0-9a-f]{2})+/gi;

/** Parameter names that contain one of these, or have one as a word, hold a secret. */
const SECRET_NAME =
  /token|secret|passw|passphrase|pwd|api[-_ ]?key|access[-_ ]?key|signature|credential|authorization|(?<![a-z0-9])(?:code|key|sig|auth|jwt|otp|pin|pass)(?![a-z0-9])/i;
/** Characters that show that a parameter name contains a value. */
const VALUE = /[=&?\s]/;

/**
 * Prepares a URL for the log: shortens it, percent-decodes it as often as it may have been encoded, and
 * redacts every credential.
 */
export function loggedUrl(url: string): string {
  const text = withoutSecretValues(url.slice(0, MAX_URL), MAX_DECODINGS);
  return withoutCredentials(text) + (url.length > MAX_URL ? '…' : '');
}

/** Splits the URL before it decodes, because a value may contain any separator in encoded form. */
function withoutSecretValues(url: string, decodings: number): string {
  const start = url.indexOf('?') + 1;
  const parameters = (text: string): string =>
    text
      .split('&')
      .map((parameter) => loggedParameter(parameter, decodings))
      .join('&');
  return (
    parameters(url.slice(0, Math.max(start - 1, 0))) +
    url.slice(start - 1, start) +
    parameters(url.slice(start))
  );
}

function loggedParameter(parameter: string, decodings: number): string {
  const equals = parameter.indexOf('=');
  if (equals === -1) return inner(parameter, decodings);
  const name = decodedThrough(parameter.slice(0, equals));
  if (SECRET_NAME.test(name)) return `${name.split(VALUE, 1)[0]}=${REDACTED}`;
  return `${name}=${inner(parameter.slice(equals + 1), decodings)}`;
}

/** A value may itself be a URL, or parameters, with secrets. */
function inner(text: string, decodings: number): string {
  if (decodings === 0 || !/[%=]/.test(text)) return text;
  return withoutSecretValues(text.replace(ENCODED, decoded), decodings - 1);
}

function decodedThrough(text: string): string {
  let name = text;
  for (let times = 0; times < MAX_DECODINGS && name.includes('%'); times += 1)
    name = name.replace(ENCODED, decoded);
  return name;
}

/** Decodes percent-encoded bytes. Invalid UTF-8 becomes U+FFFD, and the text beside it stays visible. */
function decoded(encoded: string): string {
  return Buffer.from(encoded.replaceAll('%', ''), 'hex').toString();
}
