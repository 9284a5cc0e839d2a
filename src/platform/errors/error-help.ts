import type { Config } from '../config/config.js';

/**
 * Returns the absolute URL of the page that explains an error code; undefined if the documentation is not
 * served.
 */
export type ErrorHelp = (code: string) => string | undefined;

/** @param config its `PUBLIC_URL` may still change while the process starts */
export function errorHelpOf(config: Pick<Config, 'DOCS' | 'PUBLIC_URL'>): ErrorHelp {
  return (code) => (config.DOCS ? `${config.PUBLIC_URL}/docs/errors#${code}` : undefined);
}

/** Returns the `Link` header to the page (RFC 8288); empty if there is no page. */
export function helpLink(help: string | undefined): { Link?: string } {
  return help === undefined ? {} : { Link: `<${help}>; rel="help"` };
}
