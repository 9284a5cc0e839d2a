import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { AppError } from '../errors/app-error.js';
import { idPattern, isId } from '../ids/ids.js';

/** A kind of id: its prefix, and the error for an unknown id. */
export interface IdKind {
  prefix: string;
  /** @param id the id as the caller sent it */
  notFound: (id: string) => AppError;
}

/**
 * Checks the form of an id without asking the database.
 * @throws the `notFound` error of the kind
 */
export function requireId({ prefix, notFound }: IdKind, text: string): string {
  if (!isId(prefix, text)) throw notFound(text);
  return text;
}

/**
 * Parameter decorator: an id in the path. It also documents the parameter.
 * @param name name of the parameter in the path
 */
export function IdParam(name: string, kind: IdKind): ParameterDecorator {
  const pipe: PipeTransform<string, string> = { transform: (text) => requireId(kind, text) };
  return TextParam(name, idPattern(kind.prefix), pipe);
}

/** Parameter decorator: text in the path. It documents the pattern; the pipe checks the text. */
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
