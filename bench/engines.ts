import mysql from 'mysql2/promise';

/** A database server to measure on. */
export interface DatabaseServer {
  engine: string;
  /** Its root, without a database. */
  url: string;
  stop: () => Promise<void>;
}

type Found = { url: string } | { program: string } | undefined;

interface PrivateServer {
  url: string;
  version: string;
  stop: () => Promise<void>;
}

/** Room for the whole large table, as a server in production would have. */
const OPTIONS = ['--innodb-buffer-pool-size=2G', '--innodb-log-file-size=1G', '--max-connections=200'];

/** The tests know how to find and start a server; they are plain JavaScript and not compiled into `dist`. */
async function fromTests<Module>(name: string): Promise<Module> {
  return (await import(new URL(`../../test/support/${name}`, import.meta.url).href)) as Module;
}

/**
 * The server of `TEST_DATABASE_URL`, or a private one that is started here; undefined where there is neither.
 * @param options of the private one.
 */
export async function databaseServer(options = OPTIONS): Promise<DatabaseServer | undefined> {
  const { serverEngine } = await fromTests<{ serverEngine: () => Found }>('server-engine.js');
  const found = serverEngine();
  if (!found) return undefined;
  if ('url' in found) return givenServer(found.url);
  const { startPrivateServer } = await fromTests<{
    startPrivateServer: (program: string, more: string[]) => Promise<PrivateServer>;
  }>('private-server.js');
  const { url, version, stop } = await startPrivateServer(found.program, options);
  return { engine: version, url, stop };
}

async function givenServer(given: string): Promise<DatabaseServer> {
  const url = new URL(given);
  url.pathname = '';
  const connection = await mysql.createConnection(url.href);
  const [rows] = await connection.query('SELECT VERSION() AS version');
  await connection.end();
  const [row] = rows as { version: string }[];
  return { engine: row?.version ?? 'MySQL', url: url.href.replace(/\/$/, ''), stop: () => Promise.resolve() };
}
