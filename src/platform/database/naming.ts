import { DefaultNamingStrategy, type NamingStrategyInterface } from 'typeorm';

/** `externalId` in code is `external_id` in SQL. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Column names are the snake_case form of property names; everything else is named by hand. */
export class SnakeNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName || snakeCase(propertyName);
  }
}
