import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { showErrorsAsAnswered } from './error-examples.js';
import { PERSON_SECURITY } from './auth/guard/require-roles.js';
import { SIGN_IN_SECURITY } from './auth/guard/require-sign-in.js';
import { TOKEN_SECURITY } from './auth/guard/require-scopes.js';
import { SCOPES } from './auth/principal/scopes.js';
import { AccountErrorBody, ErrorBody, ManagementErrorBody } from './platform/http/answers.js';

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
RFC 9457 instead. Every answer to a valid token carries the rate limit's headers (\`X-RateLimit-*\`, \`RateLimit\`).

**Scopes**: ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}.
`;

const TAGS: [name: string, description: string][] = [
  ['Integration: credential', 'What a token may do, and how it ends itself.'],
  ['Integration: suppliers', 'Who the goods come from.'],
  ['Integration: products', 'What is traded, with its HS code.'],
  ['Integration: batches', 'Quantities of a product received together: what a DDS covers.'],
  ['Integration: DDS', 'Due Diligence Statements.'],
  ['Integration: sync', 'What was synced, and how it went.'],
  ['Integration: webhooks', 'Who is told of events, what was sent to them, and what is sent again.'],
  ['Account: sign-in', 'Access tokens for people, and how they are renewed.'],
  ['Account: private tokens', "A person's long-lived JWTs, for servers."],
  ['Account: integrations', "A company's connected systems."],
  ['Account: tokens', 'The tokens of an integration.'],
  ['Account: webhooks', 'The webhooks of an integration, as its token sees them.'],
  ['Account: sync', "An integration's sync logs, as its token sees them."],
  ['Management: sign-in', 'Access tokens for scripts.'],
  ['Management: users', 'The people of a company and their roles.'],
  ['Management: projects', 'The companies that a person belongs to.'],
  ['Management: integrations', 'The systems that a company has connected.'],
  ['Management: tokens', 'The tokens of integrations, and how to revoke one or thousands.'],
  ['Management: personal tokens', "Tokens by which a person's scripts act for them."],
  ['Management: audit', 'Who did what to which credential.'],
  ['Management: usage', 'What credentials are used for.'],
  ['Management: test', 'Whether the service answers, and whether a credential is accepted.'],
  ['Health', 'For load balancers.'],
];

/** The OpenAPI document of the running application. */
export function createOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('EUDR platform')
    .setDescription(DESCRIPTION.trim())
    .setVersion('0.1.0')
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
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ErrorBody, ManagementErrorBody, AccountErrorBody],
  });
  showErrorsAsAnswered(document);
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
