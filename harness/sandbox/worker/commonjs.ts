/**
 * CommonJS habits (`require`, `module.exports`) in files that become ES modules. The compiler wraps a file that writes to
 * `module` or `exports` into a function and exports what that gives as the default; what is left to do here are its
 * names, so that others can import them, and `require` itself.
 */
export interface Adapted {
  code: string;
  /** Whether the default export is what the file put into `module.exports`. */
  commonJs: boolean;
}

const WRAPPED = /^export default (require_[\w$]+\(\));\s*$/m;
const REQUIRE = /\brequire\s*\(/;
const OWN_REQUIRE = /\b(?:const|let|var|function)\s+require\b/;

/** The module with what its CommonJS needs added at its end, so that no line moves. */
export function adaptCommonJs(code: string): Adapted {
  const wrapped = code.includes('__commonJS(') ? WRAPPED.exec(code) : null;
  let adapted = code;
  if (wrapped !== null) {
    const names = exportedNames(code);
    const exports = names.map((name, i) => `const $${i} = $exports?.${name}; export { $${i} as ${name} };`);
    adapted = code.replace(
      wrapped[0],
      () => `const $exports = ${wrapped[1]}; export default $exports; ${exports.join(' ')}`,
    );
  }
  if (REQUIRE.test(code) && !OWN_REQUIRE.test(code)) {
    // Declarations and imports at the end hold from the beginning on.
    const imports = requiredFiles(code).map((file) => `import ${JSON.stringify(file)};`);
    adapted += `\n${imports.join(' ')} function require(name) { return import.meta.require(name); }`;
  }
  return { code: adapted, commonJs: wrapped !== null };
}

/** Names given to `exports` as one usually writes it; others are there under the default export. */
function exportedNames(code: string): string[] {
  const single = [...code.matchAll(/\bexports\.([A-Za-z_$][\w$]*)\s*=(?!=)/g)].map((match) => match[1]!);
  const listed = [...code.matchAll(/\bmodule\.exports\s*=\s*\{([^}]*)\}/g)].flatMap((match) =>
    match[1]!.split(',').map((entry) => /^\s*([A-Za-z_$][\w$]*)\s*(?:[:(]|$)/.exec(entry)?.[1] ?? ''),
  );
  return [...new Set([...single, ...listed])].filter((name) => name !== '' && name !== 'default');
}

/** Files of the submission that are required by a literal name: loaded beforehand, as imports are. */
function requiredFiles(code: string): string[] {
  const matches = code.matchAll(/\brequire\s*\(\s*(["'`])(\.{1,2}\/[^"'`\n]+)\1\s*\)/g);
  return [...new Set([...matches].map((match) => match[2]!))];
}
