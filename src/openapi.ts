import { documentEverywhere } from './documented-everywhere.js';
import { ProblemDetails } from './platform/http/dto/problem-details.dto.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { showErrorsAsAnswered } from './error-examples.js';
import { documentErrorsByMethod } from './errors-by-method.js';
import { PERSON_SECURITY } from './auth/guard/require-roles.js';
import { SIGN_IN_SECURITY } from './auth/guard/require-sign-in.js';
import { TOKEN_SECURITY } from './auth/guard/require-scopes.js';
import { SCOPES } from './auth/principal/scopes.js';
import { SURFACES } from './surfaces.js';
import { productVersion } from './version.js';

const DESCRIPTION = `
Sync suppliers, products and batches from an ERP, and read where each batch stands with its Due Diligence
Statement under Regulation (EU) 2023/1115.

**Three surfaces**: *Integration* for ERPs, by an integration token (\`eudr_live_…\`); *Account* for a company's people,
by the access token of a sign-in; *Management* for operators and their scripts, by a personal API access token
(\`eudr_pat_…\`).

**To try it here**: press *Authorize*, paste an integration token, then *Try it out* on any call of *Integration*.
\`npm run demo\` and \`npm run eudr -- bootstrap --company "Acme" --json\` print one.

**Order of work**: suppliers, then products (which may name a supplier), then batches (which name a product).
Everything is matched by your own ids (\`externalId\`), so that sending the same call again is harmless.

**Errors** of *Integration* are \`{"error": CODE, "message", "details"?, "requestId"}\`. Send \`Accept: application/problem+json\` for
RFC 9457 instead. Every address may also answer \`METHOD_NOT_ALLOWED\` (405, with \`Allow\`), \`NOT_ACCEPTABLE\` (406),
\`REQUEST_TIMEOUT\` (408), \`HEADERS_TOO_LARGE\` (431) and \`BAD_REQUEST\` (400, malformed HTTP). Every answer to a valid token carries the rate limit's headers (\`X-RateLimit-*\`, \`RateLimit\`).

**Scopes**: ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}.
`;

/** The OpenAPI document of the running application. */
export function createOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('EUDR platform')
    .setDescription(DESCRIPTION.trim())
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
        description: 'A personal API access token (eudr_pat_…), or an access token from sign-in.',
      },
      PERSON_SECURITY,
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'An access token from sign-in, or a private token.',
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
  showErrorsAsAnswered(document);
  documentEverywhere(document);
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as DocumentedOperation[]) nameScopes(operation);
  }
  return document;
}

type DocumentedOperation = {
  description?: string;
  'x-required-scopes'?: string[];
  'x-required-roles-any'?: string[];
};

/** Bearer schemes have no place for scopes in OpenAPI 3.0, so each operation names its own in words. */
function nameScopes(operation: DocumentedOperation): void {
  const scopes = operation['x-required-scopes'] ?? [];
  const roles = operation['x-required-roles-any'] ?? [];
  if (scopes.length + roles.length === 0) return;
  const names = [...scopes, ...roles].map((name) => `\`${name}\``).join(', ');
  const named = `Required ${scopes.length > 0 ? 'scope' : 'role'}: ${names}.`;
  operation.description = [operation.description, named].filter(Boolean).join('\n\n');
}

/** Swagger UI under `/docs` and the document under `/openapi.json`. */
export function serveDocumentation(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'EUDR platform API',
    swaggerOptions: { persistAuthorization: false, tryItOutEnabled: true, displayRequestDuration: true },
  });
}
