const HTTPS = 443;
const FIRST_FREE = 1024;
/** From here on, operating systems assign ports automatically, as for receivers in development and tests. */
const FIRST_EPHEMERAL = 32_768;

/**
 * Ports from 1024 on that belong to other services and that a plain-text request could affect: databases,
 * caches, queues, mail, shells, desktops, and container APIs.
 * Source: IANA Service Name and Transport Protocol Port Number Registry, and the manuals of the services.
 */
const SERVICES = new Set([
  1080, 1433, 1434, 1521, 1830, 1883, 2049, 2181, 2222, 2375, 2376, 2379, 2380, 2483, 2484, 2525, 2628, 3128,
  3268, 3269, 3306, 3389, 4190, 4369, 4444, 5005, 5432, 5433, 5672, 5671, 5900, 5901, 5984, 5985, 5986, 6000,
  6379, 6380, 6432, 6443, 6660, 6665, 6666, 6667, 6668, 6669, 6697, 7199, 7473, 7474, 7687, 8086, 8500, 8529,
  8983, 9042, 9092, 9160, 9200, 9229, 9300, 10250, 10255, 11211, 15672, 25672, 26257, 26379, 27017, 27018,
  27019, 28015, 28017, 33060, 50000, 61616,
]);

/**
 * Whether webhooks may use a port: 443, or any port from 1024 on without a known service.
 * @param inDevelopment also allows every ephemeral port
 */
export function isAllowedPort(port: number, inDevelopment: boolean): boolean {
  if (inDevelopment && port >= FIRST_EPHEMERAL) return true;
  return port === HTTPS || (port >= FIRST_FREE && !SERVICES.has(port));
}
