import { DefaultNamingStrategy, type NamingStrategyInterface } from 'typeorm';

/** Converts `externalId` to `external_id`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Derives column names from property names in snake_case. All other names are explicit. */
export class SnakeNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName || snakeCase(propertyName);
  }
}
