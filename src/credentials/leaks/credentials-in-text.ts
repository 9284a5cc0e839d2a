const SECRET = /eudr_[a-z]{3,4}_[0-9a-f]{48}/g;
/** No credential of ours holds any other character. */
const BETWEEN = /[^\w.-]+/;
const JWT_START = 'eyJ';

/**
 * The credentials in a text, by their forms: with white space around, several in a line, within JSON or after `Bearer`.
 * A JWT comes with its signature written as it was issued: base64 leaves bits of the last character unused, and a
 * verifier accepts any.
 */
export function credentialsIn(text: string): string[] {
  const secrets = text.match(SECRET) ?? [];
  return [...new Set([...secrets, ...text.split(BETWEEN).flatMap(jwtsIn)])];
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
