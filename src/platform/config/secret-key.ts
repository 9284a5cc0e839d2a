const MIN_BYTES = 32;

/** Decodes a key in hex or base64. Returns undefined if it is neither or has fewer than 32 bytes. */
export function parseSecretKey(text: string): Buffer | undefined {
  const encoding = encodingOf(text);
  const key = encoding && Buffer.from(text, encoding);
  return key && key.length >= MIN_BYTES ? key : undefined;
}

/**
 * Reads a text of hex digits only as hex, although it is also valid base64. Otherwise a short hex key would
 * pass as a longer one.
 */
function encodingOf(text: string): 'hex' | 'base64' | undefined {
  if (/^[0-9a-f]*$/i.test(text)) return text.length % 2 === 0 ? 'hex' : undefined;
  return /^[\w+/-]+={0,2}$/.test(text) ? 'base64' : undefined;
}
