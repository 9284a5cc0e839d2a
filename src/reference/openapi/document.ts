import { addCommonResponses } from './common-responses.js';
import { ProblemDetails } from '../../platform/http/dto/problem-details.dto.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { formatErrorExamples } from './error-examples.js';
import { documentErrorsByMethod } from './errors-by-method.js';
import { PERSON_SECURITY } from '../../auth/guard/require-roles.js';
import { SIGN_IN_SECURITY } from '../../auth/guard/require-sign-in.js';
import { TOKEN_SECURITY } from '../../auth/guard/require-scopes.js';
import { DESCRIPTION } from './descriptions.js';
import { SURFACES } from '../../surfaces.js';
import { documentWebhooks } from './webhook-operations.js';
import { shareComponents } from './shared-components.js';
import { productVersion } from '../../version.js';

/** Creates the OpenAPI document of the application. */
export function createOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('EUDR platform')
    .setDescription(DESCRIPTION)
    .setVersion(productVersion())
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This server')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'eudr_live_ and 48 hex digits',
        description: 'An integration token.',
      },
      TOKEN_SECURITY,
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description: 'A personal API access token (eudr_pat_…), or an access token from a sign-in.',
      },
      PERSON_SECURITY,
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'An access token from a sign-in, or a private token.',
      },
      SIGN_IN_SECURITY,
    );
  for (const { tags } of SURFACES.all) {
    for (const [name, description] of Object.entries(tags)) builder.addTag(name, description);
  }
  const errorBodies = SURFACES.all.map(({ errorBody }) => errorBody);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [...new Set(errorBodies), ProblemDetails],
  });
  documentErrorsByMethod(document);
  formatErrorExamples(document);
  addCommonResponses(document);
  shareComponents(document);
  documentWebhooks(document);
  return document;
}
