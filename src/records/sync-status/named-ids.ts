const PARAMETER = 'externalIds';

/**
 * Returns the external ids in the query of a URL.
 * If the parameter is repeated, each value is one id. A single value is a list with commas. If all its commas
 * are written as `%2C`, it may also be one id with commas, so both readings are returned.
 * @param given decoded values of the parameter
 */
export function namedIds(given: readonly string[], url: string): string[] {
  const [text] = given;
  if (text === undefined || given.length > 1) return [...new Set(given)];
  const isOneIdToo = text.includes(',') && !rawValue(url).includes(',');
  return [...new Set([...text.split(','), ...(isOneIdToo ? [text] : [])])];
}

/** Returns the parameter's value as the URL encodes it. */
function rawValue(url: string): string {
  const pairs = url.slice(url.indexOf('?') + 1).split('&');
  const own = pairs.find((pair) => new URLSearchParams(pair.split('=', 1)[0]).has(PARAMETER)) ?? '';
  return own.slice(own.indexOf('=') + 1);
}
