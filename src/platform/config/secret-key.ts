const MIN_BYTES = 32;

/** The bytes of a key written in hex or base64; undefined where it is neither or has fewer than 32 bytes. */
export function parseSecretKey(text: string): Buffer | undefined {
  const encoding = encodingOf(text);
  const key = encoding && Buffer.from(text, encoding);
  return key && key.length >= MIN_BYTES ? key : undefined;
}

/** Hex digits alone are hex, though they would be base64 as well: a short hex key must not pass as a longer one. */
function encodingOf(text: string): 'hex' | 'base64' | undefined {
  if (/^[0-9a-f]*$/i.test(text)) return text.length % 2 === 0 ? 'hex' : undefined;
  return /^[\w+/-]+={0,2}$/.test(text) ? 'base64' : undefined;
}
