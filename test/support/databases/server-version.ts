import type { Connection, RowDataPacket } from 'mysql2/promise';

/** Returns the version that a server reports. */
export async function versionOf(connection: Connection): Promise<string> {
  const [[row]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  return String(row?.['version']);
}
