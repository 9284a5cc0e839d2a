import type { Connection, RowDataPacket } from 'mysql2/promise';

/** What a server calls itself. */
export async function versionOf(connection: Connection): Promise<string> {
  const [[row]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  return String(row?.['version']);
}
