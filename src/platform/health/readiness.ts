import { Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { ENGINE } from '../config/engine.js';
import { Database } from '../database/database.js';
import { DeadlineExceeded } from '../database/database-errors.js';
import { unavailable } from '../errors/common.errors.js';

const PATIENCE_MS = 2_000;
/** One check answers all callers for this long, so frequent probes cause no load. */
const FRESH_MS = 250;

/** Checks that the database can serve the product: a table is readable, and the server accepts writes. */
@Injectable()
export class Readiness {
  private look: Promise<void> | undefined;
  private readyAt = -Infinity;

  constructor(private readonly database: Database) {}

  /** @throws SERVICE_UNAVAILABLE within two seconds */
  async check(): Promise<void> {
    if (performance.now() - this.readyAt < FRESH_MS) return;
    this.look ??= this.lookAt().finally(() => (this.look = undefined));
    const given = new AbortController();
    const late = wait(PATIENCE_MS, undefined, { signal: given.signal, ref: false }).then(
      () => Promise.reject(unavailable(new DeadlineExceeded())),
      () => undefined,
    );
    await Promise.race([this.look, late]).finally(() => given.abort());
  }

  private async lookAt(): Promise<void> {
    await this.database.select('SELECT id FROM access_epoch');
    if (ENGINE === 'mysql') await this.checkServer();
    this.readyAt = performance.now();
  }

  /**
   * A node that has lost its Galera cluster still answers queries. Servers without Galera have no `wsrep_on`.
   */
  private async checkServer(): Promise<void> {
    const variables = await this.named("SHOW VARIABLES WHERE Variable_name IN ('read_only', 'wsrep_on')");
    if (variables.get('read_only') === 'ON') throw unavailable(new Error('the server is read-only'));
    if (variables.get('wsrep_on') !== 'ON') return;
    const status = await this.named("SHOW STATUS LIKE 'wsrep_ready'");
    if (status.get('wsrep_ready') !== 'ON') throw unavailable(new Error('the node is not ready'));
  }

  private async named(statement: string): Promise<Map<string, string>> {
    const rows = await this.database.select<{ Variable_name: string; Value: string }>(statement);
    return new Map(rows.map((row) => [row.Variable_name, row.Value]));
  }
}
