import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { Type as TransformTo } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

const MOST_PAGES = 1_000_000;
const LARGEST_PAGE = 100;
const USUAL_PAGE = 50;

/** Which page of a list to show. */
export class PageQuery {
  @ApiPropertyOptional({ default: 1, minimum: 1, description: 'The first page is 1.' })
  @IsOptional()
  @TransformTo(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_PAGES)
  page = 1;

  @ApiPropertyOptional({ default: USUAL_PAGE, minimum: 1, maximum: LARGEST_PAGE })
  @IsOptional()
  @TransformTo(() => Number)
  @IsInt()
  @Min(1)
  @Max(LARGEST_PAGE)
  size = USUAL_PAGE;
}

/** A page of a list; `resultCount` counts all pages. */
export interface ListAnswer<Item> {
  success: true;
  resultList: Item[];
  resultCount: number;
}

/** The wanted page of a list that is short enough to be read whole. */
export function pageOf<Item>(all: readonly Item[], { page, size }: PageQuery): ListAnswer<Item> {
  return { success: true, resultList: all.slice((page - 1) * size, page * size), resultCount: all.length };
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
