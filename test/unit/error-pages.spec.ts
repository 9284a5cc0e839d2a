import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorDefinition } from '../../src/platform/errors/app-error.js';
import { SURFACES } from '../../src/surfaces.js';

/** What `docs/errors.md` says of one code. */
interface Section {
  code: string;
  text: string;
  examples: string[];
}

/** The codes of a body in any of the three forms. */
interface ErrorBody {
  error?: string;
  errors?: { code: string }[];
}

const page = readFileSync('docs/errors.md', 'utf8');
const [head = '', ...parts] = page.split(/^## (?=[A-Z]+(?:_[A-Z]+)*$)/m);
const sections = parts.map(sectionOf);
const modules = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(declaresErrors);
const kinds = (await Promise.all(modules.map(kindsOf))).flat();
const codes = [...new Set(kinds.map(({ code }) => code))].sort();

function sectionOf(part: string): Section {
  const [code = '', ...lines] = part.split('\n');
  const text = lines.join('\n');
  return {
    code,
    text,
    examples: [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => json),
  };
}

function declaresErrors(file: string): boolean {
  return file.endsWith('.ts') && /new ErrorDefinition\(\s*'/.test(readFileSync(join('src', file), 'utf8'));
}

/** All that a module exports, alone or in an object of errors. */
async function kindsOf(file: string): Promise<ErrorDefinition[]> {
  const exported: unknown[] = Object.values(
    (await import(`../../src/${file.replace(/\.ts$/, '.js')}`)) as object,
  );
  const held = exported.flatMap((value) =>
    value instanceof ErrorDefinition ? [value] : Object.values(value ?? {}),
  );
  return held.filter((value): value is ErrorDefinition => value instanceof ErrorDefinition);
}

/** How each surface writes a code. */
function spellingsOf(code: string): string[] {
  const [kind] = kinds.filter((one) => one.code === code);
  return kind ? SURFACES.all.map(({ formatError }) => formatError(kind.error(), { id: 'req_1' }).code) : [];
}

it('finds every error that is declared', () => {
  const declared = modules.flatMap((file) => [
    ...readFileSync(join('src', file), 'utf8').matchAll(/new ErrorDefinition\(\s*'([A-Z_]+)'/g),
  ]);
  expect([...new Set(declared.map(([, code]) => code))].sort()).toEqual(codes);
  expect(codes.length).toBeGreaterThan(30);
});

it('has one section for each code, and none for another', () => {
  expect(sections.map(({ code }) => code).sort()).toEqual(codes);
});

it('lists each code under its status, in the order of the sections', () => {
  const listed = [...head.matchAll(/^\| (\d{3}) +\|(.*)\|$/gm)].flatMap(([, status, links = '']) =>
    [...links.matchAll(/\[([A-Z_]+)\]\(#([a-z_]+)\)/g)].map(([, code, anchor]) => ({ status, code, anchor })),
  );
  expect(listed).toEqual(
    sections.map(({ code, text }) => ({
      status: /^\nStatus (\d{3})\. /.exec(text)?.[1],
      code,
      anchor: code.toLowerCase(),
    })),
  );
});

describe.each(sections)('the section $code', ({ code, text, examples }) => {
  it('names the status of the error', () => {
    const statuses = kinds.filter((kind) => kind.code === code).map(({ status }) => status);
    expect([...new Set(statuses)]).toEqual([Number(/^\nStatus (\d{3})\. /.exec(text)?.[1])]);
  });

  it('says what causes it and what to do, in this order', () => {
    const parts = [...text.matchAll(/^\*\*(.+)\*\*: \S/gm)].map(([, part]) => part);
    expect(parts.filter((part) => part !== 'Elsewhere')).toEqual(['Cause', 'What to do']);
  });

  it('says where a surface writes another code than this one in small letters', () => {
    const others = spellingsOf(code).filter((spelling) => spelling.toLowerCase() !== code.toLowerCase());
    const [, elsewhere = ''] = text.split('**Elsewhere**: ');
    expect(elsewhere !== '').toBe(others.length > 0);
    expect(others.filter((other) => !elsewhere.includes(`\`${other}\``))).toEqual([]);
  });

  it('shows one body, which holds the code', () => {
    const bodies = examples.map((json) => JSON.parse(json) as ErrorBody);
    const held = bodies.flatMap(({ error, errors = [] }) => error ?? errors.map((item) => item.code));
    expect(held).toHaveLength(1);
    expect(spellingsOf(code)).toContain(held[0]);
  });
});
