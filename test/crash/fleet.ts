import { setTimeout as wait } from 'node:timers/promises';
import type { DatabaseEnv } from '../support/databases/database.js';
import { EventWaiter } from '../support/waiting/event-waiter.js';
import {
  killLeftServers,
  type ProductProcess,
  startServer,
  startWorker,
  untilReady,
} from '../support/processes/processes.js';
import type { Random } from './random.js';

/** Which processes work on the database. */
export interface Crew {
  servers: number;
  /** Whether a worker of its own dispatches webhooks; without one the servers do. */
  worker: boolean;
}

/** Retries that a run of seconds can wait for, and receivers on this machine. */
const ENVIRONMENT = {
  WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true',
  WEBHOOK_RETRY_SECONDS: '0.2,0.5,1,2,2,2,2,2',
};

/** How long a process lives, counted from when it listens, or was started if it is a worker. */
const LIFE_MS = { server: [50, 4_000], worker: [300, 5_000] } as const;

const START_MS = 60_000;

/** A place in the fleet: a process that is started again each time it was killed. */
interface Place {
  role: 'server' | 'worker';
  process: ProductProcess;
  /** Where it listens; undefined while it is down, and for a worker. */
  url?: string | undefined;
}

/** The product's processes on one database, killed at random moments without warning and started again. */
export class Fleet {
  readonly kills = { server: 0, worker: 0 };
  private readonly places: Place[] = [];
  private readonly starts = new EventWaiter();

  constructor(
    private readonly env: DatabaseEnv,
    private readonly crew: Crew,
  ) {}

  /** Starts all processes and waits until the servers can work. */
  async start(): Promise<void> {
    const { servers, worker } = this.crew;
    for (let count = 0; count < servers; count += 1) this.places.push(await this.born('server'));
    if (worker) this.places.push(await this.born('worker'));
    await this.untilReady();
  }

  /** The address of a random server that listens; waits for one where none does. */
  async url(random: Random): Promise<string> {
    await this.starts.until(() => this.urls().length > 0, 'a server to listen', START_MS);
    return random.oneOf(this.urls());
  }

  /**
   * Kills and restarts, each process by itself, until the end; with the last of so many kills that has come. All
   * of them run again when it resolves.
   * @throws Error when a process does not start, or ended without having been killed.
   */
  async killAtRandom(random: Random, end: AbortController, most: number): Promise<void> {
    const { signal } = end;
    const mortals = this.places.map(async (place, index) => {
      const dice = random.for(`killer ${index}`);
      for (;;) {
        const [least, longest] = LIFE_MS[place.role];
        await wait(dice.between(least, longest), undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        this.kills[place.role] += 1;
        if (this.kills.server + this.kills.worker >= most) end.abort();
        await this.killAndRestart(place);
      }
    });
    await Promise.all(mortals);
  }

  /** Waits until every server can work. */
  async untilReady(): Promise<void> {
    await Promise.all(this.urls().map((url) => untilReady(url)));
  }

  /** Ends all processes for good. */
  async stop(): Promise<void> {
    killLeftServers();
    await Promise.all(this.places.map(({ process }) => process.exited));
  }

  private async killAndRestart(place: Place): Promise<void> {
    const { child, log } = place.process;
    if (child.exitCode !== null) throw new Error(`a ${place.role} ended by itself:\n${log.join('\n')}`);
    place.url = undefined;
    await place.process.kill('SIGKILL');
    Object.assign(place, await this.born(place.role));
    this.starts.notify();
  }

  private async born(role: Place['role']): Promise<Place> {
    if (role === 'worker') return { role, process: startWorker(this.env, ENVIRONMENT) };
    const dispatcher = { WEBHOOK_DISPATCHER: String(!this.crew.worker) };
    const server = await startServer(this.env, { ...ENVIRONMENT, ...dispatcher });
    return { role, process: server, url: server.url };
  }

  private urls(): string[] {
    return this.places.flatMap(({ url }) => url ?? []);
  }
}
