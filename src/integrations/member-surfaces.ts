import { applyDecorators, HttpCode, Patch, Post, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiNoContentResponse, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ForCompanyInHeader, ForCompanyInPath } from '../auth/guard/require-roles.js';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.js';
import { PageAndLimitQuery, PageAndSizeQuery } from '../platform/paging/dto/page-queries.dto.js';
import { listOf, ListsOf, nextOf, NEXT_CURSOR_PROPERTY, TOTAL_PROPERTY } from '../platform/paging/lists.js';
import type { Page, PageRequest } from '../platform/paging/page.js';

/** How a surface answers with items of one kind. Each decorator documents what the function below it returns. */
export interface ItemResponses<Item> {
  List(): MethodDecorator;
  list(page: Page<Item>): object;
  One(status?: 200 | 201): MethodDecorator;
  one(item: Item): object;
  Removed(): MethodDecorator;
  removed(item: Item): object | undefined;
}

/**
 * An API by which the members of a company manage its integrations and their tokens. What both APIs offer is one
 * controller, made twice: the same rules, in the paths and the response form of each.
 */
export interface MemberSurface {
  /** The path of a company's integrations. */
  path: string;
  /** The operation id on this surface: ids are unique in the OpenAPI document. */
  operation(id: string): string;
  /** Documents what all routes of a controller have in common. @param subject they are about, in a word. */
  Documented(subject: string): ClassDecorator;
  /** The query of a list: which page the caller asks for. */
  PageQuery: Type<object> & { toPage(query: object): PageRequest };
  /** Declares the HTTP method and path of an action on an item. */
  Action(path: string): MethodDecorator;
  /** @param name the member that holds the item, where the surface wraps it. */
  responses<Item>(name: string, item: Type<Item>): ItemResponses<Item>;
}

/** An item as it is; a list as `{"data", "total", "nextCursor"?}`; nothing where one was removed. */
function bareResponses<Item>(item: Type<Item>): ItemResponses<Item> {
  return {
    List: () =>
      ApiReturns(item, 200, (ref) => ({ data: { type: 'array', items: ref }, total: TOTAL_PROPERTY }), {
        nextCursor: NEXT_CURSOR_PROPERTY,
      }),
    list: ({ items, total, nextCursor }) => ({ data: items, total, ...nextOf(nextCursor) }),
    One: (status = 200) => ApiResponse({ status, description: '', type: item }),
    one: (one) => one as object,
    Removed: () => applyDecorators(HttpCode(204), ApiNoContentResponse()),
    removed: () => undefined,
  };
}

/** An item beside `"success": true`, also where it was removed; a list as all lists of the management API. */
function wrappedResponses<Item>(name: string, item: Type<Item>): ItemResponses<Item> {
  const One = (status = 200): MethodDecorator =>
    ApiReturns(item, status, (ref) => ({ success: { type: 'boolean', example: true }, [name]: ref }));
  const one = (wrapped: Item): object => ({ success: true, [name]: wrapped });
  return { List: () => ListsOf(item), list: listOf, One, one, Removed: () => One(), removed: one };
}

/** Documents an object; `optional` are the properties that it may lack. */
function ApiReturns(
  item: Type,
  status: number,
  requiredOf: (ref: { $ref: string }) => Record<string, object>,
  optional: Record<string, object> = {},
): MethodDecorator {
  const required = requiredOf({ $ref: getSchemaPath(item) });
  const schema = {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
  };
  return applyDecorators(ApiExtraModels(item), ApiResponse({ status, description: '', schema }));
}

/** `/api/integrations`: the company is the caller's default one, or the one that a header names. */
export const ACCOUNT_SURFACE: MemberSurface = {
  path: 'api/integrations',
  operation: (id) => id,
  Documented: (subject) => applyDecorators(ApiTags(`Account: ${subject}`), ForCompanyInHeader()),
  PageQuery: PageAndLimitQuery,
  Action: (path) => Patch(path),
  responses: (_, item) => bareResponses(item),
};

/** `/apiops/projects/{company}/integrations`: the path names the company. */
export const MANAGEMENT_SURFACE: MemberSurface = {
  path: 'apiops/projects/:company/integrations',
  operation: (id) => id.replace(/[A-Z]/, 'Managed$&'),
  Documented: (subject) => applyDecorators(ApiTags(`Management: ${subject}`), ForCompanyInPath()),
  PageQuery: PageAndSizeQuery,
  Action: (path) => applyDecorators(Post(path), HttpCode(200), ApiIdempotencyKey()),
  responses: (name, item) => wrappedResponses(name, item),
};
