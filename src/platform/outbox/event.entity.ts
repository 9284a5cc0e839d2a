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

/** The facts that one transaction wrote down of itself, as a whole: what the dispatcher has to hand on. */
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

  /** How many it holds. */
  @IntColumn()
  events!: number;

  @InstantColumn()
  createdAt!: Date;

  /** When its events were put in the queues of whoever subscribes to them. */
  @InstantColumn({ nullable: true })
  fannedOutAt!: Date | null;

  /** Names the fan-out that took it, to tell what that one took from what others did. */
  @RefColumn({ nullable: true })
  fannedOutBy!: string | null;
}

/** One fact: something changed. Its id is that of its set and its position there. */
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
