import { createServer } from 'node:http';
import { Pool } from 'undici';

/** What the sender is told, as JSON in its only argument. */
export interface BareSenderJob {
  receiver: string;
  /** As long as what the product sends. */
  body: string;
}

const { receiver, body } = JSON.parse(process.argv[2] as string) as BareSenderJob;
const pool = new Pool(receiver);

/** The least that can send webhooks: no queue, no signatures, no log. */
async function send(howMany: number, loops: number): Promise<void> {
  let begun = 0;
  const loop = async (): Promise<void> => {
    while ((begun += 1) <= howMany) {
      const headers = { 'content-type': 'application/json' };
      const answer = await pool.request({ method: 'POST', path: '/', headers, body });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`The receiver answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
}

/** `GET /n/loops` sends so many, in so many loops side by side, and answers when all are sent. */
const server = createServer((request, response) => {
  const answer = (status: number): void => void response.writeHead(status).end();
  const [howMany, loops] = (request.url ?? '').slice(1).split('/').map(Number);
  send(howMany ?? 0, loops ?? 1).then(
    () => answer(200),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      answer(500);
    },
  );
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
