import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import type { Page } from './page.js';
import { MAX_COUNTED } from './read-page.js';

/** A page of a list in the form of the management API. */
export interface ListResponse<Item> {
  success: true;
  resultList: Item[];
  resultCount: number;
  nextCursor?: string;
}

export const TOTAL_PROPERTY = {
  type: 'integer',
  description: `Number of rows on all pages, counted up to ${MAX_COUNTED}.`,
  example: 1,
};
export const NEXT_CURSOR_PROPERTY = {
  type: 'string',
  description: 'Cursor of the next page. Absent on the last page.',
};

export function listOf<Item>({ items, total, nextCursor }: Page<Item>): ListResponse<Item> {
  return { success: true, resultList: items, resultCount: total, ...nextOf(nextCursor) };
}

/** Returns the member `nextCursor`, or nothing on the last page. */
export function nextOf(nextCursor: string | null): { nextCursor?: string } {
  return nextCursor === null ? {} : { nextCursor };
}

/** Documents a response that is a page of these items. */
export function ListsOf(item: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['success', 'resultList', 'resultCount'],
        properties: {
          success: { type: 'boolean', example: true },
          resultList: { type: 'array', items: { $ref: getSchemaPath(item) } },
          resultCount: TOTAL_PROPERTY,
          nextCursor: NEXT_CURSOR_PROPERTY,
        },
      },
    }),
  );
}
