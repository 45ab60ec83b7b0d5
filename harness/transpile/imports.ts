import { init, parse } from 'es-module-lexer';

/** `require` with a text, which the worker takes for an import. */
const REQUIRED = /\brequire\(\s*(["'])([^"'\\\n]+)\1\s*\)/g;

/**
 * The names of what a compiled module imports from outside of the submission, each once: packages (`@scope/name`, without a
 * path inside), built-in modules and addresses. Imports of types have gone in the compilation; what is imported under a
 * computed name is not found.
 */
export async function importsOf(code: string): Promise<string[]> {
  await init;
  const [imports] = parse(code);
  const named = imports.flatMap(({ n }) => n ?? []);
  const required = [...code.matchAll(REQUIRED)].map((match) => match[2]!);
  return [...new Set([...named, ...required].filter((name) => !/^[./]/.test(name)).map(packageOf))].sort();
}

function packageOf(specifier: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(specifier)) return specifier;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
