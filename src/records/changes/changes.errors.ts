import { ErrorDefinition } from '../../platform/errors/app-error.js';

export const ChangeErrors = {
  cursorExpired: new ErrorDefinition(
    'CURSOR_EXPIRED',
    410,
    'This cursor has expired. Request cursor=latest, reload the full lists, then continue from the new cursor.',
  ),
};
