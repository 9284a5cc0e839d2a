import { getMetadataStorage, IS_ARRAY, type ValidationError } from 'class-validator';

/**
 * Returns the message for an invalid property: it is missing, it is repeated although one value is expected
 * (a repeated query parameter), or it breaks a rule.
 * @param broken the message of the broken rule
 */
export function violationMessage({ property, value, target }: ValidationError, broken: string): string {
  if (value === undefined) return `${property} is required`;
  if (Array.isArray(value) && !takesList(target, property))
    return `${property} must be given once, not as a list`;
  return broken;
}

/** Whether a rule of the property is about a list or its items. */
function takesList(target: object | undefined, property: string): boolean {
  if (!target) return true;
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return rules.some((rule) => rule.propertyName === property && (rule.each || rule.name === IS_ARRAY));
}
