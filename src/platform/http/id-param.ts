import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { AppError } from '../errors/app-error.js';
import { idPattern, isId } from '../ids/ids.js';

/** What a kind of id is: its prefix, and the error for an id that no row has. */
export interface IdKind {
  prefix: string;
  /** @param id as it was given. */
  notFound: (id: string) => AppError;
}

/** @throws the `notFound` of the kind for text that cannot be one of its ids, without asking the database. */
export function requireId({ prefix, notFound }: IdKind, text: string): string {
  if (!isId(prefix, text)) throw notFound(text);
  return text;
}

/**
 * A handler's parameter: an id in the path. Also documents it.
 * @param name of the parameter in the path.
 */
export function IdParam(name: string, kind: IdKind): ParameterDecorator {
  const pipe: PipeTransform<string, string> = { transform: (text) => requireId(kind, text) };
  return TextParam(name, idPattern(kind.prefix), pipe);
}

/** A handler's parameter: text in the path that has the form of a pattern, or else becomes what the pipe throws. */
export function TextParam(
  name: string,
  pattern: string,
  pipe: PipeTransform<string, string>,
): ParameterDecorator {
  return (target, key, index) => {
    Param(name, pipe)(target, key, index);
    const descriptor = Object.getOwnPropertyDescriptor(target, key as string) as PropertyDescriptor;
    ApiParam({ name, schema: { type: 'string', pattern } })(target, key as string, descriptor);
  };
}
