import { ErrorDefinition } from '../../platform/errors/app-error.js';

export const ChangeErrors = {
  cursorExpired: new ErrorDefinition(
    'CURSOR_EXPIRED',
    410,
    'Changes after this cursor are no longer all kept. Take a new one with cursor=latest, read the lists whole, then follow the feed from it.',
  ),
};
