import type { OpenAPIObject } from '@nestjs/swagger';

interface Content {
  schema?: { $ref?: string };
  examples?: Record<string, { value: object }>;
  example?: object;
}

interface Response {
  content?: Record<string, Content>;
  /** Every code that the error may have. */
  'x-error-codes'?: string[];
}

type Parameter = { name: string };
type Ref = { $ref: string };

interface Operation {
  parameters?: (Parameter | Ref)[];
  responses: Record<string, Response | Ref>;
}

const SCHEMA_NAME = /^#\/components\/schemas\/(\w+)$/;
const JSON_TYPE = 'application/json';

/**
 * Moves error responses and shared parameters to the components, because references need a fifth of the
 * space. An error response lists all its codes and shows the first as an example.
 */
export function shareComponents(document: OpenAPIObject): void {
  const components = (document.components ??= {}) as Record<string, Record<string, object>>;
  const responses = new Shared('responses', (components['responses'] ??= {}));
  const parameters = new Shared('parameters', (components['parameters'] ??= {}));
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as Operation[]);
  for (const response of Object.values(components['responses'])) listCodes(response);
  const times = new Map<string, number>();
  for (const parameter of operations.flatMap((operation) => operation.parameters ?? [])) {
    const text = JSON.stringify(parameter);
    times.set(text, (times.get(text) ?? 0) + 1);
  }
  for (const operation of operations) {
    operation.parameters = operation.parameters?.map((parameter) =>
      '$ref' in parameter || times.get(JSON.stringify(parameter)) === 1
        ? parameter
        : parameters.refTo(parameter, parameter.name),
    );
    for (const [status, response] of Object.entries(operation.responses)) {
      if (!(Number(status) >= 400) || '$ref' in response) continue;
      listCodes(response);
      operation.responses[status] = responses.refTo(response, `${bodyOf(response)}${status}`);
    }
  }
}

/**
 * Components of one kind without repetition. If two have the same name, the second gets a number: `page`,
 * `page_2`.
 */
class Shared {
  private readonly names = new Map<string, string>();

  constructor(
    private readonly kind: string,
    private readonly components: Record<string, object>,
  ) {}

  refTo(component: object, input: string): Ref {
    const text = JSON.stringify(component);
    const name = this.names.get(text) ?? this.free(input);
    this.names.set(text, name);
    this.components[name] = component;
    return { $ref: `#/components/${this.kind}/${name}` };
  }

  private free(input: string): string {
    let name = input;
    for (let number = 2; name in this.components; number += 1) name = `${input}_${number}`;
    return name;
  }
}

function listCodes(response: Response): void {
  const content = response.content?.[JSON_TYPE];
  if (!content?.examples) return;
  response['x-error-codes'] = Object.keys(content.examples);
  const [first] = Object.values(content.examples);
  if (first) content.example = first.value;
  delete content.examples;
}

function bodyOf({ content }: Response): string {
  return SCHEMA_NAME.exec(content?.[JSON_TYPE]?.schema?.$ref ?? '')?.[1] ?? 'Error';
}
