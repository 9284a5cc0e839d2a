const SECRET = /eudr_[a-z]{3,4}_[0-9a-f]{48}/g;
/** 32 bytes in base64. */
const WEBHOOK_SECRET = /whsec_[\w+/]{43}=/g;
/** Characters that none of our credentials contains. */
const BETWEEN = /[^\w.-]+/;
const JWT_START = 'eyJ';

/** How many levels of quoting are removed. A quoted text may be quoted again. */
const MAX_UNWRAPPINGS = 3;
/** ASCII characters as URLs and JSON encode them: `%5F`, `\u005f`. */
const ENCODED = /(?:%|\\u00)([2-7][0-9a-f])/gi;
/** Characters as Markdown and JSON escape them: `\_`, `\/`. */
const ESCAPED = /\\([_+/=.-])/g;
/** RFC 7617: base64 of a name, a colon and a password. */
const BASIC = /\bbasic[\s+]{1,8}([\w/+-]+)/gi;

/**
 * Finds credentials in a text by their form.
 * They may have white space around them, stand in JSON or after `Bearer`, be percent-encoded or escaped, or
 * be the name or password after `Basic`. Takes linear time.
 * The signature of a JWT is returned as it was issued. Base64 leaves bits of the last character unused, and a
 * verifier accepts any value for them.
 */
export function credentialsIn(text: string): string[] {
  const written = unwrapped(text);
  return [...new Set([...written, ...written.flatMap(decodedBasics)].flatMap(plainlyIn))];
}

/** Returns the text, and the text without its levels of encoding and escaping. */
function unwrapped(text: string): string[] {
  const forms = [text];
  for (let times = 0; times < MAX_UNWRAPPINGS; times += 1) {
    const outer = forms.at(-1) as string;
    const inner = outer.replace(ENCODED, characterOf).replace(ESCAPED, '$1');
    if (inner === outer) break;
    forms.push(inner);
  }
  return forms;
}

function characterOf(_: string, hex: string): string {
  return String.fromCharCode(parseInt(hex, 16));
}

function decodedBasics(text: string): string[] {
  return [...text.matchAll(BASIC)].map(([, encoded]) => Buffer.from(encoded as string, 'base64').toString());
}

function plainlyIn(text: string): string[] {
  return [
    ...(text.match(SECRET) ?? []),
    ...(text.match(WEBHOOK_SECRET) ?? []),
    ...text.split(BETWEEN).flatMap(jwtsIn),
  ];
}

/** Sentences end in full stops, so a JWT may have additional ones around it. */
function jwtsIn(word: string): string[] {
  if (!word.includes(JWT_START)) return [];
  const parts = word.split('.');
  return parts.flatMap((part, index) => {
    const [payload, signature] = [parts[index + 1], parts[index + 2]];
    const start = part.indexOf(JWT_START);
    if (start < 0 || !payload || !signature) return [];
    const issued = Buffer.from(signature, 'base64url').toString('base64url');
    return [`${part.slice(start)}.${payload}.${issued}`];
  });
}
