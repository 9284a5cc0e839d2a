/** The body of a webhook: the same bytes on every attempt. */
export function payloadOf(
  event: string,
  timestamp: string,
  integrationId: string,
  data: Record<string, unknown>,
): string {
  return JSON.stringify({ event, timestamp, integrationId, data });
}
