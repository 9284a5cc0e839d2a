import { Injectable } from '@nestjs/common';
import type { EntityType, RecordType, Reference } from './record-type.js';

/** Registry of the record types. Each module registers its own. */
@Injectable()
export class RecordRegistry {
  private readonly types = new Map<EntityType, RecordType>();

  add(type: RecordType): void {
    this.types.set(type.entityType, type);
  }

  all(): RecordType[] {
    return [...this.types.values()];
  }

  get(entityType: EntityType): RecordType {
    const type = this.types.get(entityType);
    if (!type) throw new Error(`No record type ${entityType} is registered`);
    return type;
  }

  /** Returns all references from record types to the given type. */
  referencesTo(entityType: EntityType): { from: RecordType; reference: Reference }[] {
    return this.all().flatMap((from) =>
      from.references.filter(({ to }) => to === entityType).map((reference) => ({ from, reference })),
    );
  }
}
