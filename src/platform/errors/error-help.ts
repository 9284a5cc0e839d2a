import type { Config } from '../config/config.js';

/** The page that explains an error code, in absolute form; undefined where the documents are not served. */
export type ErrorHelp = (code: string) => string | undefined;

/** @param config whose `PUBLIC_URL` may still change while the process starts. */
export function errorHelpOf(config: Pick<Config, 'DOCS' | 'PUBLIC_URL'>): ErrorHelp {
  return (code) => (config.DOCS ? `${config.PUBLIC_URL}/docs/errors#${code}` : undefined);
}

/** The header line that leads to it (RFC 8288); none where there is no such page. */
export function helpLink(help: string | undefined): { Link?: string } {
  return help === undefined ? {} : { Link: `<${help}>; rel="help"` };
}
