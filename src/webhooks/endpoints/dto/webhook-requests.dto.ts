import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsInt,
  Max,
  Min,
  ValidateBy,
  type ValidationArguments,
} from 'class-validator';
import { DEFAULT_GRACE_SECONDS, MAX_GRACE_SECONDS } from '../../../auth/credentials/rotation-grace.js';
import { IsExactText } from '../../../platform/http/validation.js';
import { ALL_EVENTS, isEventType } from '../../events/event-types.js';
import { Optional, OptionalNotNull, OptionalOrNull } from '../../../platform/http/optional.js';

/** Characters, as sent and as stored. */
export const MAX_URL = 2048;
const MAX_DESCRIPTION = 500;

const isKnown = (name: unknown): boolean => name === ALL_EVENTS || isEventType(name);

/** Validates names of events. The error message lists the unknown ones. */
function AreEventTypes(): PropertyDecorator {
  return ValidateBy({
    name: 'areEventTypes',
    validator: {
      validate: (value) => Array.isArray(value) && value.every(isKnown),
      defaultMessage: (args?: ValidationArguments) => {
        const given: unknown[] = Array.isArray(args?.value) ? args.value : [];
        const unknown = given.filter((name) => !isKnown(name)).slice(0, 5);
        const named = unknown.map((name) => String(name).slice(0, 60)).join(', ');
        return `events must contain only known events. Unknown: ${named}. See GET /webhook-events/event-types`;
      },
    },
  });
}

const urlProperty = {
  description: 'HTTPS URL of a public host, without user info. Stored in normalized form.',
  example: 'https://erp.acme.example/hooks/eudr',
  maxLength: MAX_URL,
};
const eventsProperty = {
  type: [String] as [typeof String],
  description:
    'Event names from `GET /webhook-events/event-types`. `*`: all events whose scope the calling token has now.',
  example: ['batch.created', 'dds.status_changed'],
};
const descriptionProperty = { type: String, maxLength: MAX_DESCRIPTION, example: 'Goods inwards' };

/** A new webhook. */
export class NewWebhookRequest {
  @ApiProperty(urlProperty)
  @IsExactText(MAX_URL)
  url!: string;

  @ApiProperty(eventsProperty)
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique({ message: 'events must not contain duplicates' })
  @AreEventTypes()
  events!: string[];

  @ApiPropertyOptional(descriptionProperty)
  @Optional()
  @IsExactText(MAX_DESCRIPTION)
  description?: string | null;
}

/** A change of a webhook. Omitted members stay unchanged. */
export class WebhookChangeRequest {
  @ApiPropertyOptional(urlProperty)
  @OptionalNotNull()
  @IsExactText(MAX_URL)
  url?: string;

  @ApiPropertyOptional(eventsProperty)
  @OptionalNotNull()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique({ message: 'events must not contain duplicates' })
  @AreEventTypes()
  events?: string[];

  @ApiPropertyOptional({ ...descriptionProperty, nullable: true })
  @OptionalOrNull()
  @IsExactText(MAX_DESCRIPTION)
  description?: string | null;

  @ApiPropertyOptional({
    description: 'false: deactivate. true: activate for new events. Use `replay` to send earlier events.',
    example: true,
  })
  @OptionalNotNull()
  @IsBoolean()
  active?: boolean;
}

/** Options of a secret rotation. */
export class RotateSecretRequest {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_GRACE_SECONDS,
    default: DEFAULT_GRACE_SECONDS,
    description: 'Seconds during which requests are also signed with the old secret.',
  })
  @OptionalNotNull()
  @IsInt()
  @Min(0)
  @Max(MAX_GRACE_SECONDS)
  graceSeconds: number = DEFAULT_GRACE_SECONDS;
}
