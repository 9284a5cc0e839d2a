const SECRET = /eudr_[a-z]{3,4}_[0-9a-f]{48}/g;
/** 32 bytes in base64. */
const WEBHOOK_SECRET = /whsec_[\w+/]{43}=/g;
/** No credential of ours holds any other character. */
const BETWEEN = /[^\w.-]+/;
const JWT_START = 'eyJ';

/** A text may be quoted in another one, and that again: so often it is unwrapped. */
const MAX_UNWRAPPINGS = 3;
/** ASCII, as URLs and JSON write it: `%5F`, `\u005f`. */
const ENCODED = /(?:%|\\u00)([2-7][0-9a-f])/gi;
/** As Markdown and JSON write them: `\_`, `\/`. */
const ESCAPED = /\\([_+/=.-])/g;
/** RFC 7617: base64 of a name, a colon and a password. */
const BASIC = /\bbasic[\s+]{1,8}([\w/+-]+)/gi;

/**
 * The credentials in a text, by their forms: with white space around, several in a line, within JSON or after `Bearer`,
 * percent-encoded, escaped, or as name or password after `Basic`. Takes linear time.
 * A JWT comes with its signature written as it was issued: base64 leaves bits of the last character unused, and a
 * verifier accepts any.
 */
export function credentialsIn(text: string): string[] {
  const written = unwrapped(text);
  return [...new Set([...written, ...written.flatMap(decodedBasics)].flatMap(plainlyIn))];
}

/** The text as it is, and as it was before it was encoded or escaped. */
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

/** Sentences end in full stops, so a JWT may have more of them around it. */
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
