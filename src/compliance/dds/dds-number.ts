const RANDOM_CHARACTERS = 12;

/**
 * Derives the company's number for a statement from its id: `DDS-20261122-` and the id's last 60 random bits
 * in Crockford base 32. It needs no counter, so writes of a company need not wait for each other.
 */
export function ddsNumberOf(id: string, createdAt: Date): string {
  const day = createdAt.toISOString().slice(0, 10).replaceAll('-', '');
  return `DDS-${day}-${id.slice(-RANDOM_CHARACTERS).toUpperCase()}`;
}
