import { applyDecorators, HttpCode, Patch, Post, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiNoContentResponse, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ForCompanyInHeader, ForCompanyInPath } from '../auth/guard/require-roles.js';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.js';
import { PageAndLimitQuery, PageAndSizeQuery } from '../platform/paging/dto/page-queries.dto.js';
import { listOf, ListsOf, nextOf, NEXT_CURSOR_PROPERTY, TOTAL_PROPERTY } from '../platform/paging/lists.js';
import type { Page, PageRequest } from '../platform/paging/page.js';

/** How a surface returns items of one kind. Each decorator documents the result of the function below it. */
export interface ItemResponses<Item> {
  List(): MethodDecorator;
  list(page: Page<Item>): object;
  One(status?: 200 | 201): MethodDecorator;
  one(item: Item): object;
  Removed(): MethodDecorator;
  removed(item: Item): object | undefined;
}

/**
 * An API by which the members of a company manage its integrations and their tokens.
 * A shared controller is created once for each API: the same rules, with the paths and the response format of
 * each.
 */
export interface MemberSurface {
  /** The path of a company's integrations. */
  path: string;
  /** Returns the operation id on this surface. Ids are unique in the OpenAPI document. */
  operation(id: string): string;
  /**
   * Documents what all routes of a controller share.
   * @param subject subject of the routes in one word
   */
  Documented(subject: string): ClassDecorator;
  /** Query of a list: the page that the caller asks for. */
  PageQuery: Type<object> & { toPage(query: object): PageRequest };
  /** Declares the HTTP method and path of an action on an item. */
  Action(path: string): MethodDecorator;
  /** @param name member that holds the item, if the surface wraps it */
  responses<Item>(name: string, item: Type<Item>): ItemResponses<Item>;
}

/** Returns an item as it is, a list as `{"data", "total", "nextCursor"?}`, and nothing after a deletion. */
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

/**
 * Returns an item beside `"success": true`, also after a deletion, and a list in the form of the management
 * API.
 */
function wrappedResponses<Item>(name: string, item: Type<Item>): ItemResponses<Item> {
  const One = (status = 200): MethodDecorator =>
    ApiReturns(item, status, (ref) => ({ success: { type: 'boolean', example: true }, [name]: ref }));
  const one = (wrapped: Item): object => ({ success: true, [name]: wrapped });
  return { List: () => ListsOf(item), list: listOf, One, one, Removed: () => One(), removed: one };
}

/**
 * Documents an object.
 * @param optional properties that may be missing
 */
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

/** `/api/integrations`. The company is the caller's default company, or the one in the header `X-Company`. */
export const ACCOUNT_SURFACE: MemberSurface = {
  path: 'api/integrations',
  operation: (id) => id,
  Documented: (subject) => applyDecorators(ApiTags(`Account: ${subject}`), ForCompanyInHeader()),
  PageQuery: PageAndLimitQuery,
  Action: (path) => Patch(path),
  responses: (_, item) => bareResponses(item),
};

/** `/apiops/projects/{company}/integrations`. The path names the company. */
export const MANAGEMENT_SURFACE: MemberSurface = {
  path: 'apiops/projects/:company/integrations',
  operation: (id) => id.replace(/[A-Z]/, 'Managed$&'),
  Documented: (subject) => applyDecorators(ApiTags(`Management: ${subject}`), ForCompanyInPath()),
  PageQuery: PageAndSizeQuery,
  Action: (path) => applyDecorators(Post(path), HttpCode(200), ApiIdempotencyKey()),
  responses: (name, item) => wrappedResponses(name, item),
};
