const PARAMETER = 'externalIds';

/**
 * The external ids that the query of a URL names. Repeated, each parameter is one id. One text is a list whose commas
 * separate; where all its commas are written `%2C`, it may also be one id with commas in it, so both are asked for.
 * @param given the decoded values of the parameter.
 */
export function namedIds(given: readonly string[], url: string): string[] {
  const [text] = given;
  if (text === undefined || given.length > 1) return [...new Set(given)];
  const isOneIdToo = text.includes(',') && !rawValue(url).includes(',');
  return [...new Set([...text.split(','), ...(isOneIdToo ? [text] : [])])];
}

/** The parameter's value as the URL writes it. */
function rawValue(url: string): string {
  const pairs = url.slice(url.indexOf('?') + 1).split('&');
  const own = pairs.find((pair) => new URLSearchParams(pair.split('=', 1)[0]).has(PARAMETER)) ?? '';
  return own.slice(own.indexOf('=') + 1);
}
