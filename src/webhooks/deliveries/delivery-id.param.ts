import { TextParam } from '../../platform/http/id-param.js';
import { EVENT_ID_PATTERN, eventKeyOf } from '../../platform/outbox/outbox.js';
import { DeliveryErrors } from './deliveries.errors.js';

/**
 * Parameter decorator: the id of an event, in the path.
 * @throws NOT_FOUND if the text is not an event id
 */
export function DeliveryIdParam(name: string): ParameterDecorator {
  return TextParam(name, EVENT_ID_PATTERN, {
    transform: (text: string) => {
      if (!eventKeyOf(text)) throw DeliveryErrors.notFound(text);
      return text;
    },
  });
}
