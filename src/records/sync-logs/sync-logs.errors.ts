import { CommonErrors } from '../../platform/errors/common.errors.js';
import type { IdKind } from '../../platform/http/id-param.js';
import { SYNC_LOG_ID_PREFIX } from './sync-log.entity.js';

export const SYNC_LOG_ID: IdKind = {
  prefix: SYNC_LOG_ID_PREFIX,
  notFound: () => CommonErrors.notFound.error({ message: 'Sync run not found.' }),
};
