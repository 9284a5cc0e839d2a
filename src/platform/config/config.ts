import { isIP } from 'node:net';
import { z } from 'zod';
import { redisUrlProblem } from './redis-url.js';
import { PRODUCTION_RULES } from './production-rules.js';
import { databaseUrlProblem } from './database-url.js';
import { type Mailbox, mailUrlProblem, parseMailbox } from './mail-url.js';
import { parseSecretKey } from './secret-key.js';
import { permissionProblems } from './secret-files.js';
import { DAY_SECONDS } from '../values/time.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const wholeNumber = (least: number, most: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((number) => number >= least && number <= most, `must be between ${least} and ${most}`);
const port = wholeNumber(0, 65_535);
const count = wholeNumber(0, 1_000_000_000);
const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const SECRET_KEYS_RULE =
  'must be a comma list of keys of at least 32 random bytes, in hex or base64, as `openssl rand -hex 32` prints';
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Addresses that this machine also calls localhost. */
const LOCAL_HOSTS = ['127.0.0.1', '0.0.0.0', '::', '::1'];

/** Whether the text is a number of seconds, possibly with a fraction, of at most a day. */
function isPause(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= DAY_SECONDS;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** The public address of the service: scheme, host and port, and nothing after them. */
function isWebOrigin(text: string): boolean {
  return /^https?:/.test(text) && isOrigin(text);
}

/** Whether the text is an IP address, with or without a port: `10.0.0.53:5353`, `[fd00::53]:5353`. */
function isServerAddress(text: string): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(text) ?? [];
  return isIP(text) !== 0 || isIP(bracketed ?? '') === 6 || isIP(plain ?? '') === 4;
}

/** Whether the text is an IP address or a CIDR range such as `10.0.0.0/8`. */
function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    most > 0 && more.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
  );
}

const secretKeys = commaList.transform((items, context): Buffer[] => {
  const keys = items.map(parseSecretKey).filter((key) => key !== undefined);
  if (keys.length < items.length) context.addIssue(SECRET_KEYS_RULE);
  return keys;
});

const mailbox = z.string().transform((text, context): Mailbox => {
  const parsed = parseMailbox(text);
  if (!parsed) context.addIssue('must be an address, such as eudr@acme.example or Acme <eudr@acme.example>');
  return parsed ?? { name: '', address: '' };
});

/**
 * Every variable that the product reads, with its rule and default. `.env.example` explains each one; a test
 * compares the two lists.
 */
const schema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: z
    .string()
    .refine(isWebOrigin, 'must be an origin such as https://eudr.example, with nothing after host and port')
    .optional(),
  DATABASE_URL: z
    .url({ protocol: /^(mysql|mariadb)$/ })
    .superRefine((url, context) => {
      const problem = databaseUrlProblem(url);
      if (problem !== undefined) context.addIssue(problem);
    })
    .optional(),
  DATABASE_POOL_SIZE: wholeNumber(1, 1000).default(10),
  READ_DEADLINE_SECONDS: wholeNumber(1, 600).default(10),
  WRITE_DEADLINE_SECONDS: wholeNumber(1, 600).default(30),
  DATA_DIR: z.string().min(1).default('data'),
  MIGRATE_ON_START: flag.optional(),
  SAFE_STORE_PEPPERS: secretKeys.prefault(''),
  JWT_KEYS_FILE: z.string().min(1).optional(),
  REDIS_URL: z
    .string()
    .superRefine((url, context) => {
      const problem = redisUrlProblem(url);
      if (problem !== undefined) context.addIssue(problem);
    })
    .optional(),
  RATE_LIMIT_PER_MINUTE: count.default(100),
  AUTH_FAILURES_PER_MINUTE: count.default(600),
  TRUST_PROXY: commaList
    .refine((items) => items.every(isAddressRange), 'must be a comma list of addresses or CIDR ranges')
    .prefault(''),
  CORS_ORIGINS: commaList
    .refine((items) => items.every(isOrigin), 'must be a comma list of origins such as https://erp.example')
    .prefault(''),
  MAIL_URL: z
    .string()
    .superRefine((url, context) => {
      const problem = mailUrlProblem(url);
      if (problem !== undefined) context.addIssue(problem);
    })
    .optional(),
  MAIL_FROM: mailbox.optional(),
  MAX_MAILS_PER_HOUR: wholeNumber(1, 1_000_000).default(100),
  MAX_INTEGRATIONS: wholeNumber(1, 1_000_000).default(20_000),
  MAX_WEBHOOKS: wholeNumber(1, 1_000_000).default(20_000),
  MAX_INVITATIONS: wholeNumber(1, 100_000).default(1000),
  MAX_TOKENS: wholeNumber(1, 1_000_000).default(50_000),
  MAX_PERSONAL_TOKENS: wholeNumber(1, 100_000).default(100),
  MAX_PRIVATE_TOKENS: wholeNumber(1, 100_000).default(100),
  MAX_SESSIONS: wholeNumber(1, 10_000).default(50),
  MAX_MEMBERSHIPS: wholeNumber(1, 100_000).default(1000),
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000).optional(),
  DRAIN_SECONDS: wholeNumber(0, 600).default(3),
  DOCS: flag.default(true),
  WEBHOOK_ALLOW_PRIVATE_HOSTS: flag.default(false),
  WEBHOOK_DNS_SERVERS: commaList
    .refine(
      (items) => items.every(isServerAddress),
      'must be a comma list of IP addresses, each with a port if need be, such as 10.0.0.53 or [fd00::53]:5353',
    )
    .prefault(''),
  WEBHOOK_DISPATCHER: flag.default(true),
  WEBHOOK_RETRY_SECONDS: commaList
    .refine(
      (items) => items.length > 0 && items.every(isPause),
      'must be a comma list of seconds, up to a day each',
    )
    .transform((items) => items.map(Number))
    .prefault('1,5,30,300,1800,7200,18000,36000'),
  EVENTS_KEPT_DAYS: wholeNumber(1, 3650).default(30),
  DELIVERIES_KEPT_DAYS: wholeNumber(1, 3650).default(30),
  SYNC_LOGS_KEPT_DAYS: wholeNumber(1, 3650).default(90),
  AUDIT_KEPT_DAYS: wholeNumber(1, 36_500).default(1826),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  METRICS_PORT: port.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

export type Config = z.infer<typeof schema> & { PUBLIC_URL: string };

/** The environment is not valid. The message names every wrong variable, and never a value. */
export class ConfigError extends Error {}

/**
 * Checks the environment against the schema. An empty variable counts as not set.
 * @throws {ConfigError} with every wrong variable and its rule
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  const issues = result.error?.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`) ?? [];
  const problems = [...issues, ...mailProblems(given), ...productionProblems(given)];
  if (result.success && problems.length === 0) {
    return { ...result.data, PUBLIC_URL: result.data.PUBLIC_URL ?? ownUrl(result.data) };
  }
  throw unusable(problems);
}

/**
 * Puts the real port into `PUBLIC_URL`, unless that was configured. With `PORT=0` the system chooses the
 * port.
 */
export function keepRealPort(config: Config, port: number): void {
  if (config.PUBLIC_URL === ownUrl(config)) config.PUBLIC_URL = ownUrl({ ...config, PORT: port });
}

/** The URL of the service on this machine. */
function ownUrl({ HOST, PORT }: { HOST: string; PORT: number }): string {
  const host = isIP(HOST) === 6 ? `[${HOST}]` : HOST;
  return `http://${LOCAL_HOSTS.includes(HOST) ? 'localhost' : host}:${PORT}`;
}

/** A mail server accepts no message without a sender. */
function mailProblems({ MAIL_URL, MAIL_FROM }: Record<string, string | undefined>): string[] {
  return MAIL_URL !== undefined && MAIL_FROM === undefined
    ? ['  MAIL_FROM: must be given beside MAIL_URL: the address that mail is sent from']
    : [];
}

/** Runs beside the schema, so one message lists these problems together with all others. */
function productionProblems(given: Record<string, string | undefined>): string[] {
  if (given['NODE_ENV'] !== 'production') return [];
  return Object.entries(PRODUCTION_RULES).flatMap(([name, problemOf]) => {
    const problem = problemOf(given[name]);
    return problem === undefined ? [] : [`  ${name}: ${problem}`];
  });
}

/**
 * Reads the configuration of this process.
 * @throws {ConfigError} if a variable is wrong, or if other users can write the secret files in production
 */
export function processConfig(): Config {
  const config = readConfig(process.env);
  if (config.NODE_ENV !== 'production') return config;
  const { errors } = permissionProblems(config);
  if (errors.length > 0) throw unusable(errors.map((error) => `  ${error}`));
  return config;
}

/** Returns problems that an operator should fix although the process can run: one sentence each. */
export function configWarnings(config: Config): string[] {
  return config.NODE_ENV === 'production' ? permissionProblems(config).warnings : [];
}

function unusable(problems: string[]): ConfigError {
  return new ConfigError(`Invalid configuration:\n${problems.join('\n')}`);
}

export type Engine = 'embedded' | 'mysql';

/** Returns the database engine of a process. `DATABASE_URL` alone decides, and it never changes. */
export function engineOf(config: Pick<Config, 'DATABASE_URL'>): Engine {
  return config.DATABASE_URL === undefined ? 'embedded' : 'mysql';
}

/** Names of all variables, for the check of `.env.example`. */
export const CONFIG_NAMES = Object.keys(schema.shape);
