const REDACTED = '[redacted]';

/** By its prefix (webhook secrets are base64), or by its scheme in a header or where `+` stands for the space. */
const CREDENTIAL = /eudr_[a-z]{1,20}_\w+|whsec_[\w+/=]+|(?:Bearer|Basic)[\s+]+[^\s+]\S*/gi;
/** By its 48 digits, where the prefix was disguised. */
const HEX = /[0-9a-f]{8,}/gi;
const HEX_DIGITS = 48;
/** As the parameter of a URL. */
const SECRET_PARAMETER = /((?:token|secret|password|api[-_]?key|signature)\]?=)[^&\s]+/gi;

/** How tokens, webhook secrets and the usual JWTs begin. */
const BEGINNINGS = ['eudr_', 'whsec_', 'eyJhbGci', 'eyJ0eXAi', 'eyJraWQi'];
/** A credential in base64, also after other bytes; of its characters 18 or more follow its beginning. */
const IN_BASE64 = new RegExp(`(?:${BEGINNINGS.flatMap(base64FormsOf).join('|')})[\\w+/=-]{18,}`, 'g');

/** What base64 of every text that holds this one contains, by the place of the text in the three bytes of a group. */
function base64FormsOf(text: string): string[] {
  return [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + text)
      .toString('base64')
      .slice(Math.ceil((before * 4) / 3), Math.floor(((before + text.length) * 4) / 3)),
  );
}

/** Where a JWT may stand: its parts are base64url. */
const DOTTED_WORD = /[\w.-]+/g;
const JWT_BEGINS = 'eyJ';

/** Text that may hold a credential, such as a driver's message, with any credential blacked out. Takes linear time. */
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

/** Servers quote the value that they refuse: `Duplicate entry '…' for key`, `Incorrect … value: '…' for column`. */
export function withoutQuotedValue(text: string): string {
  const begin = VALUE_BEGINS.exec(text);
  if (!begin) return text;
  const start = begin.index + begin[0].length;
  const end = Math.max(text.lastIndexOf("' for key "), text.lastIndexOf("' for column "));
  return end < start ? text : text.slice(0, start) + REDACTED + text.slice(end);
}

/** As much of a URL as is logged, in characters. */
const MAX_URL = 2048;
/** A credential may be encoded for a URL that is itself a parameter of another one; so deep such URLs are taken apart. */
const MAX_DECODINGS = 3;
const ENCODED = /(?:%[0-9a-f]{2})+/gi;

/** In the name of a parameter anywhere, or one of its words. */
const SECRET_NAME =
  /token|secret|passw|passphrase|pwd|api[-_ ]?key|access[-_ ]?key|signature|credential|authorization|(?<![a-z0-9])(?:code|key|sig|auth|jwt|otp|pin|pass)(?![a-z0-9])/i;
/** Where what looks like a name has a value in it. */
const VALUE = /[=&?\s]/;

/** A URL for the log: cut, percent-decoded as often as it may have been encoded, and any credential blacked out. */
export function loggedUrl(url: string): string {
  const text = withoutSecretValues(url.slice(0, MAX_URL), MAX_DECODINGS);
  return withoutCredentials(text) + (url.length > MAX_URL ? '…' : '');
}

/** Taken apart as it was written, and decoded then: a value may hold any separator in encoded form. */
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

/** A value may be a URL, or parameters, with secrets of its own. */
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

/** What is no UTF-8 becomes U+FFFD, and hides nothing of what stands beside it. */
function decoded(encoded: string): string {
  return Buffer.from(encoded.replaceAll('%', ''), 'hex').toString();
}
