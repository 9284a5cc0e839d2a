/** Where both forms of a path are accepted: people's and operators' surfaces, whose paths are written with it. */
const EITHER_FORM = /^(\/(?:api\/v1\/(?:auth|companies)|apiops)\/[^?]*?[^/?])\/(?=\?|$)/;

/** The URL as the router knows it: without the one slash that may end a path of those surfaces. */
export function withoutTrailingSlash(url: string): string {
  return url.replace(EITHER_FORM, '$1');
}
