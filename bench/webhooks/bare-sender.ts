import { createServer } from 'node:http';
import { Pool } from 'undici';

/** What the sender is told, as JSON in its only argument. */
export interface BareSenderJob {
  receiver: string;
  /** As long as what the product sends. */
  body: string;
  /** How many requests are on their way at once. */
  concurrency: number;
}

const { receiver, body, concurrency } = JSON.parse(process.argv[2] as string) as BareSenderJob;
const pool = new Pool(receiver, { connections: concurrency });

/** The least that can send webhooks: no queue, no signatures, no log. */
async function send(howMany: number): Promise<void> {
  let begun = 0;
  const one = async (): Promise<void> => {
    while ((begun += 1) <= howMany) {
      const headers = { 'content-type': 'application/json' };
      const answer = await pool.request({ method: 'POST', path: '/', headers, body });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`The receiver answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
}

/** `GET /n` sends so many and answers when all are sent. */
const server = createServer((request, response) => {
  const answer = (status: number): void => void response.writeHead(status).end();
  send(Number(request.url?.slice(1))).then(
    () => answer(200),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      answer(500);
    },
  );
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
