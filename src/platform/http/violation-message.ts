import { getMetadataStorage, IS_ARRAY, type ValidationError } from 'class-validator';

/**
 * What is wrong with a property, for the caller: that it is missing, that it was given several times where one value is
 * meant (a query parameter that is repeated), or the rule that it breaks.
 * @param broken the message of that rule.
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
