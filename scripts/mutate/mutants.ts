import { parse } from '@babel/parser';

/** One small change of a source text: `source.slice(start, end)` becomes `replacement`. */
export interface Mutant {
  /** Unique over all files of a run, from 1. */
  id: number;
  /** Relative to the root of the repository. */
  file: string;
  operator: Operator;
  start: number;
  end: number;
  line: number;
  /** The text of that line, trimmed; with `original` and `replacement` it names the mutant when lines move. */
  context: string;
  original: string;
  replacement: string;
  /** A whole statement that is left out, or an expression that becomes another one. */
  place: 'statement' | 'expression';
}

export type Operator =
  | 'comparison'
  | 'arithmetic'
  | 'logical'
  | 'boolean'
  | 'number'
  | 'extremum'
  | 'call removed'
  | 'quantifier'
  | 'condition negated'
  | 'statement removed'
  | 'status';

interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

type Change = Pick<Mutant, 'operator' | 'start' | 'end' | 'replacement' | 'place'>;

const COMPARISONS: Record<string, string[]> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
};

const ARITHMETIC: Record<string, string> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '^': '&',
  '|': '&',
};

const ASSIGNMENTS: Record<string, string> = {
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '&&=': '||=',
  '||=': '&&=',
};

const LOGICAL: Record<string, string> = { '&&': '||', '||': '&&', '??': '&&' };
const METHODS: Record<string, string> = { every: 'some', some: 'every' };
const MATH: Record<string, string> = { max: 'min', min: 'max', floor: 'ceil', ceil: 'floor' };
const STATUS: Record<string, string> = {
  accepted: 'wrong-answer',
  'wrong-answer': 'accepted',
  inconclusive: 'accepted',
  'internal-error': 'wrong-answer',
  'runtime-error': 'accepted',
};

/** All mutants of a file, in the order of the text, numbered from `firstId`. */
export function mutantsOf(file: string, source: string, firstId: number): Mutant[] {
  const ast = parse(source, { sourceType: 'module', plugins: ['typescript'] }) as unknown as { program: Node };
  const changes: Change[] = [];
  visit(ast.program, undefined, undefined, source, changes);
  const lines = source.split('\n');
  return changes
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .map((change, i) => {
      const line = source.slice(0, change.start).split('\n').length;
      return {
        ...change,
        id: firstId + i,
        file,
        line,
        context: lines[line - 1]!.trim(),
        original: source.slice(change.start, change.end),
      };
    });
}

function visit(node: Node, parent: Node | undefined, key: string | undefined, source: string, out: Change[]): void {
  // Types vanish before the program runs; the wrappers that hold an expression do not.
  if (node.type.startsWith('TS')) {
    if (isNode(node.expression)) visit(node.expression, parent, key, source, out);
    return;
  }
  if (node.type === 'ImportDeclaration') return;
  changesAt(node, parent, key, source, out);
  const isFunction = node.type.includes('Function') || node.type === 'ObjectMethod' || node.type.startsWith('Class');
  if (isFunction && isNode(node.body)) node.body.isFunctionBody = true;
  for (const [name, child] of Object.entries(node)) {
    if (name === 'loc' || name === 'extra' || name.endsWith('Comments')) continue;
    for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one, node, name, source, out);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string' && 'start' in value;
}

function changesAt(node: Node, parent: Node | undefined, key: string | undefined, source: string, out: Change[]): void {
  const text = (part: Node): string => source.slice(part.start, part.end);
  const change = (operator: Operator, replacement: string, place: Mutant['place'] = 'expression'): void => {
    out.push({ operator, start: node.start, end: node.end, replacement, place });
  };
  const infix = (operator: Operator, by: string): void => {
    const { left, right } = node as unknown as { left: Node; right: Node };
    // Brackets of the operands lie between the nodes' own texts: only the operator itself is exchanged.
    const between = source.slice(left.end, right.start);
    const sign = node.operator as string;
    const replaced = between.replace(sign, by);
    const whole = source.slice(node.start, left.end) + replaced + source.slice(right.start, node.end);
    // `-a * b` is no operand of `**`, and `??` does not mix with the others: brackets are set where the parts stand bare.
    const bare = by === '&&' && sign === '??';
    change(operator, bare ? `(${text(left)}) && (${text(right)})` : whole);
  };
  switch (node.type) {
    case 'BinaryExpression': {
      const operator = node.operator as string;
      for (const by of COMPARISONS[operator] ?? []) infix('comparison', by);
      const by = ARITHMETIC[operator];
      if (by !== undefined) infix('arithmetic', by);
      return;
    }
    case 'LogicalExpression':
      infix('logical', LOGICAL[node.operator as string]!);
      return;
    case 'AssignmentExpression': {
      const by = ASSIGNMENTS[node.operator as string];
      if (by !== undefined) infix(by.length === 3 ? 'logical' : 'arithmetic', by);
      return;
    }
    case 'UpdateExpression': {
      const by = node.operator === '++' ? '--' : '++';
      change('arithmetic', text(node).replace(node.operator as string, by));
      return;
    }
    case 'UnaryExpression':
      if (node.operator === '-') change('arithmetic', `(${text(node.argument as Node)})`);
      if (node.operator === '!') change('condition negated', `!!(${text(node.argument as Node)})`);
      return;
    case 'BooleanLiteral':
      change('boolean', String(node.value !== true));
      return;
    case 'NumericLiteral':
      if (!isKey(node, parent, key)) for (const by of otherNumbers(node.value as number)) change('number', by);
      return;
    case 'StringLiteral': {
      const by = STATUS[node.value as string];
      if (by !== undefined && !isKey(node, parent, key)) change('status', `'${by}'`);
      return;
    }
    case 'CallExpression':
      callChanges(node, text, change);
      return;
    case 'IfStatement':
    case 'ConditionalExpression': {
      const test = node.test as Node;
      // A lone comparison or negation has its own negation among its changes.
      const covered = test.type === 'BinaryExpression' || (test.type === 'UnaryExpression' && test.operator === '!');
      if (!covered) {
        out.push({
          operator: 'condition negated',
          start: test.start,
          end: test.end,
          replacement: `!(${text(test)})`,
          place: 'expression',
        });
      }
      return;
    }
    case 'ExpressionStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'ThrowStatement':
      change('statement removed', ';', 'statement');
      return;
    case 'ReturnStatement':
      if (isEarly(parent)) change('statement removed', ';', 'statement');
      return;
    default:
  }
}

function callChanges(
  node: Node,
  text: (part: Node) => string,
  change: (operator: Operator, replacement: string) => void,
): void {
  const callee = node.callee as Node;
  const args = node.arguments as Node[];
  if (callee.type !== 'MemberExpression' || callee.computed === true) return;
  const object = callee.object as Node;
  const property = (callee.property as { name?: string }).name ?? '';
  const list = args.map(text).join(', ');
  if (object.type === 'Identifier' && object.name === 'Math') {
    const by = MATH[property];
    if (by !== undefined) change('extremum', `Math.${by}(${list})`);
    if (property === 'abs') change('call removed', `(${list})`);
  }
  const by = METHODS[property];
  if (by !== undefined) change('quantifier', `${text(object)}.${by}(${list})`);
}

/** Tolerances and other measures ten times as large and as small; small whole numbers one more (and 1 as 0). */
function otherNumbers(value: number): string[] {
  if (Number.isInteger(value) && Math.abs(value) <= 64) return value === 1 ? ['0', '2'] : [String(value + 1)];
  return [String(value * 10), String(value / 10)];
}

function isKey(node: Node, parent: Node | undefined, key: string | undefined): boolean {
  return parent !== undefined && key === 'key' && parent.computed !== true && parent.key === node;
}

/** A return inside an `if`, alone or in its block: without it the function goes on. */
function isEarly(parent: Node | undefined): boolean {
  return parent?.type === 'IfStatement' || (parent?.type === 'BlockStatement' && parent.isFunctionBody !== true);
}
