const HTTPS = 443;
const FIRST_FREE = 1024;
/** From here on systems give ports to whoever asks for any, such as receivers in development and tests. */
const FIRST_EPHEMERAL = 32_768;

/**
 * Ports from 1024 on of services that are no receivers of webhooks, and that a request in plain text could talk to:
 * databases, caches, queues, mail, shells, desktops, the interfaces of container hosts.
 * (IANA's Service Name and Transport Protocol Port Number Registry, and the services' own manuals.)
 */
const SERVICES = new Set([
  1080, 1433, 1434, 1521, 1830, 1883, 2049, 2181, 2222, 2375, 2376, 2379, 2380, 2483, 2484, 2525, 2628, 3128,
  3268, 3269, 3306, 3389, 4190, 4369, 4444, 5005, 5432, 5433, 5672, 5671, 5900, 5901, 5984, 5985, 5986, 6000,
  6379, 6380, 6432, 6443, 6660, 6665, 6666, 6667, 6668, 6669, 6697, 7199, 7473, 7474, 7687, 8086, 8500, 8529,
  8983, 9042, 9092, 9160, 9200, 9229, 9300, 10250, 10255, 11211, 15672, 25672, 26257, 26379, 27017, 27018,
  27019, 28015, 28017, 33060, 50000, 61616,
]);

/**
 * Whether webhooks may go to a port: 443, or any from 1024 on that no known service has.
 * @param inDevelopment lets them go to any ephemeral port too.
 */
export function isAllowedPort(port: number, inDevelopment: boolean): boolean {
  if (inDevelopment && port >= FIRST_EPHEMERAL) return true;
  return port === HTTPS || (port >= FIRST_FREE && !SERVICES.has(port));
}
