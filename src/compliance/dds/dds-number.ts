const RANDOM_CHARACTERS = 12;

/**
 * The company's number for a DDS, from its id: `DDS-20261122-` and the 60 random bits of the id in Crockford
 * base 32. Needs no counter, and so no order among companies' writes.
 */
export function ddsNumberOf(id: string, createdAt: Date): string {
  const day = createdAt.toISOString().slice(0, 10).replaceAll('-', '');
  return `DDS-${day}-${id.slice(-RANDOM_CHARACTERS).toUpperCase()}`;
}
