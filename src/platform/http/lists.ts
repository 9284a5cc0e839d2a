import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import type { PageQuery } from './dto/page-query.dto.js';

/** A page of a list; `resultCount` counts all pages. */
export interface ListAnswer<Item> {
  success: true;
  resultList: Item[];
  resultCount: number;
}

/** A page that was read on its own, of a list of `resultCount` items. */
export function listOf<Item>(resultList: Item[], resultCount: number): ListAnswer<Item> {
  return { success: true, resultList, resultCount };
}

/** The wanted page of a list that is short enough to be read whole. */
export function pageOf<Item>(all: readonly Item[], { page, size }: PageQuery): ListAnswer<Item> {
  return listOf(all.slice((page - 1) * size, page * size), all.length);
}

/** Documents an answer that is a page of such items. */
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
          resultCount: { type: 'integer', description: 'Of all pages.' },
        },
      },
    }),
  );
}
