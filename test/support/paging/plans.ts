import { ENGINE } from '../../../src/platform/config/engine.js';
import type { SqlValue } from '../../../src/platform/database/sql.js';
import type { TestApp } from '../app/app.js';

/** A statement that the product sent, with its values. */
type Sent = [text: string, values: SqlValue[] | undefined];

interface ServerPlan {
  table: string | null;
  type: string | null;
  key: string | null;
  Extra: string | null;
}

/** The lone SELECTs that the product sends while something is done. */
export async function sentWhile(
  { database }: Pick<TestApp, 'database'>,
  act: () => Promise<unknown>,
): Promise<Sent[]> {
  const sent: Sent[] = [];
  const select = database.select.bind(database);
  database.select = (text, values) => {
    sent.push([text, values]);
    return select(text, values);
  };
  try {
    await act();
    return sent;
  } finally {
    database.select = select;
  }
}

/** What the engine says against its plan for a statement: tables read whole, rows sorted apart. Empty for a good one. */
export async function complaintsAbout({ database }: TestApp, [text, values]: Sent): Promise<string[]> {
  if (ENGINE === 'embedded') {
    const steps = await database.select<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, values);
    return steps.map(({ detail }) => detail).filter(isBadStep);
  }
  const steps = await database.select<ServerPlan>(`EXPLAIN ${text}`, values);
  return steps.filter(isBadPlan).map((step) => JSON.stringify(step));
}

/** A subquery that was bounded may be scanned. */
function isBadStep(detail: string): boolean {
  return /TEMP B-TREE/.test(detail) || /^SCAN (?!counted|of_\d|\(|\d|CONSTANT)/.test(detail);
}

function isBadPlan({ table, type, key, Extra }: ServerPlan): boolean {
  if (/filesort|temporary/i.test(Extra ?? '')) return true;
  const isTable = table !== null && !table.startsWith('<');
  return isTable && (key === null || type === 'ALL' || type === 'index');
}

/** Has the server look at what the tables hold now, as it does by itself after a while. */
export async function analyze({ database }: TestApp, tables: string[]): Promise<void> {
  if (ENGINE === 'embedded') return;
  for (const table of tables) await database.select(`ANALYZE TABLE ${table}`);
}
