import { Entity, Index, PrimaryColumn } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  shapes,
} from '../database/columns.js';

export const EVENT_SET_ID_PREFIX = 'evt';

/** The events of one transaction as a unit. The dispatcher distributes them. */
@Entity('event_sets')
@Index('ix_event_sets_waiting', ['fannedOutAt', 'id'])
@Index('ix_event_sets_integration', ['integrationId', 'id'])
export class EventSet {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  @RefColumn()
  integrationId!: string;

  /** Number of events in the set. */
  @IntColumn()
  events!: number;

  @InstantColumn()
  createdAt!: Date;

  /** When the events were put into the queues of their subscribers. */
  @InstantColumn({ nullable: true })
  fannedOutAt!: Date | null;

  /** Id of the fan-out that took the set. It tells this fan-out's sets from those of others. */
  @RefColumn({ nullable: true })
  fannedOutBy!: string | null;
}

/** One event. Its id is the id of its set and its position there. */
@Entity('events')
export class Event {
  @PrimaryColumn(shapes.id())
  setId!: string;

  @PrimaryColumn(shapes.int())
  position!: number;

  @CodeColumn(40)
  type!: string;

  @JsonColumn()
  data!: Record<string, unknown>;
}
