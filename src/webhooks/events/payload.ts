/** Returns the body of a webhook. It has the same bytes in every attempt. */
export function payloadOf(
  event: string,
  timestamp: string,
  integrationId: string,
  data: Record<string, unknown>,
): string {
  return JSON.stringify({ event, timestamp, integrationId, data });
}
