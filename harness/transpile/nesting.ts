export interface TooDeep {
  /** Both from 1. */
  line: number;
  column: number;
  /** Not brackets and their like, but operators in a row. */
  chain: boolean;
}

/**
 * Longest run of operators whose right side holds the next one (`a = b = …`, `a ** b ** …`, `a ? b : c ? …`, labels, `.a.b`),
 * over all open brackets together: what they cost esbuild grows with the square of it, 60,000 of them 4 s.
 */
const MAX_CHAIN = 2000;

const OPENING = '([{';
const CLOSING = ')]}';
// After these words or characters a slash begins a regular expression, after others it divides.
const BEFORE_REGEX = /(?:^|[([{,;:=!&|?+\-*%~^<>])$/;
const PREFIX_WORDS = ['typeof', 'void', 'delete', 'new', 'await', 'yield'];
const WORDS_BEFORE_REGEX = new Set([...PREFIX_WORDS, 'return', 'case', 'in', 'of', 'do', 'else', 'throw']);
const AFTER_OPERAND = new Set(['a', ')', ']', '}', '"', "'", '`']);
const PREFIXES = new Set([...PREFIX_WORDS, '!', '~', '+', '-']);
// Reserved words that begin something new, so that programs without semicolons are read rightly.
const BEGINNINGS = new Set([
  'const',
  'let',
  'var',
  'function',
  'class',
  'return',
  'export',
  'import',
  'if',
  'for',
  'while',
]);

/**
 * Finds nesting deeper than `limit` (brackets, `a => b => …`, `!!!…`) and endless chains, in one linear pass and before any parser sees
 * the text: the time that esbuild needs grows with the cube of the depth of nested functions (2,000 levels in 6 KB:
 * 16 s), and 130,000 braces or minus signs overflow its stack. Brackets in strings, templates, comments and regular
 * expressions do not count. Where the text is no legal program the result may be off; the compiler reports on those.
 */
export function findDeepNesting(code: string, limit: number): TooDeep | undefined {
  // For every open bracket: is it the `${` of a template, so that its `}` leads back into text? And the arrows before it.
  const open: { template: boolean; arrows: number; chain: number }[] = [];
  let arrows = 0; // in a row, since the innermost bracket opened
  let prefixes = 0; // in a row
  let chain = 0; // in a row, since the innermost bracket opened
  let chains = 0; // of all open brackets together
  let depth = 0; // of brackets and arrows together
  let previous = ''; // last significant character
  let word = ''; // the identifier that ends at `previous`, if one does
  let i = 0;

  const openBracket = (template: boolean): void => {
    open.push({ template, arrows, chain });
    arrows = 0;
    chain = 0;
    depth++;
  };
  const endChain = (): void => {
    chains -= chain;
    chain = 0;
  };
  const closeBracket = (): boolean => {
    const bracket = open.pop();
    if (!bracket) return false;
    depth -= arrows + 1;
    arrows = bracket.arrows;
    endChain();
    chain = bracket.chain;
    return bracket.template;
  };
  const endArrows = (): void => {
    depth -= arrows;
    arrows = 0;
  };
  /** Skips template text from `from`; returns the index after the closing backtick or after `${`. */
  const skipTemplate = (from: number): { next: number; expression: boolean } => {
    for (let k = from; k < code.length; k++) {
      if (code[k] === '\\') k++;
      else if (code[k] === '`') return { next: k + 1, expression: false };
      else if (code[k] === '$' && code[k + 1] === '{') return { next: k + 2, expression: true };
    }
    return { next: code.length, expression: false };
  };
  const enterTemplate = (from: number): void => {
    const { next, expression } = skipTemplate(from);
    i = next;
    if (expression) openBracket(true);
    previous = expression ? '{' : '`';
    word = '';
  };

  while (i < code.length) {
    const c = code[i]!;
    if (c === ';' || c === ',') {
      endArrows();
      endChain();
    }
    if (c === '/' && code[i + 1] === '/') {
      const end = code.indexOf('\n', i);
      i = end < 0 ? code.length : end;
    } else if (c === '/' && code[i + 1] === '*') {
      const end = code.indexOf('*/', i + 2);
      i = end < 0 ? code.length : end + 2;
    } else if (c === '/' && (BEFORE_REGEX.test(previous) || WORDS_BEFORE_REGEX.has(word))) {
      i = skipRegex(code, i + 1);
      previous = '/';
      word = '';
    } else if (c === '"' || c === "'") {
      i = skipString(code, i + 1, c);
      previous = c;
      word = '';
    } else if (c === '`') {
      enterTemplate(i + 1);
    } else if (OPENING.includes(c)) {
      openBracket(false);
      previous = c;
      word = '';
      i++;
    } else if (CLOSING.includes(c)) {
      if (closeBracket() && c === '}') {
        enterTemplate(i + 1);
      } else {
        previous = c;
        word = '';
        i++;
      }
    } else if (c === '=' && code[i + 1] === '>') {
      arrows++;
      depth++;
      previous = '>';
      word = '';
      i += 2;
    } else if (isWordCharacter(c)) {
      const start = i;
      while (i < code.length && isWordCharacter(code[i]!)) i++;
      // Two operands with nothing between them: the second one begins another statement.
      if (AFTER_OPERAND.has(previous)) endChain();
      previous = 'a';
      word = code.slice(start, Math.min(i, start + 16));
      prefixes = PREFIXES.has(word) ? prefixes + 1 : 0;
      if (BEGINNINGS.has(word)) endArrows();
    } else {
      if (!/\s/.test(c)) {
        if (isChained(code, i, word)) {
          chain++;
          chains++;
        }
        previous = c;
        word = '';
        prefixes = PREFIXES.has(c) ? prefixes + 1 : 0;
      }
      i++;
    }
    if (depth > limit || prefixes > limit) return { ...placeOf(code, i - 1), chain: false };
    if (chains > MAX_CHAIN) return { ...placeOf(code, i - 1), chain: true };
  }
  return undefined;
}

/** Whether the operator here takes all that follows as its right side. `word` is the operand before it, if that is a word. */
function isChained(code: string, i: number, word: string): boolean {
  const [before, c, after] = [code[i - 1] ?? ' ', code[i]!, code[i + 1] ?? ' '];
  if (c === ':' || c === '?') return true;
  if (c === '*') return after === '*';
  if (c === '.') return after !== '.' && before !== '.' && !/^\d/.test(word);
  if (c !== '=' || after === '=') return false;
  // An assignment, `<<=` and `>>=` among them, and no comparison.
  const comparison = '=!'.includes(before) || ('<>'.includes(before) && code[i - 2] !== before);
  return !comparison;
}

function placeOf(code: string, index: number): { line: number; column: number } {
  const before = code.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}

function isWordCharacter(c: string): boolean {
  return (
    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c === '_' || c === '$' || c > '\x7f'
  );
}

/** From after the opening quote to after the closing one, or to the end of the line: a string never crosses it. */
function skipString(code: string, from: number, quote: string): number {
  for (let k = from; k < code.length; k++) {
    const c = code[k];
    if (c === '\\') k++;
    else if (c === quote) return k + 1;
    else if (c === '\n') return k;
  }
  return code.length;
}

/** From after the opening slash to after the closing one, or to the end of the line. */
function skipRegex(code: string, from: number): number {
  let inClass = false;
  for (let k = from; k < code.length; k++) {
    const c = code[k];
    if (c === '\\') k++;
    else if (c === '[') inClass = true;
    else if (c === ']') inClass = false;
    else if (c === '/' && !inClass) return k + 1;
    else if (c === '\n') return k;
  }
  return code.length;
}
