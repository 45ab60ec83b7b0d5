import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDeepNesting } from '../../harness/transpile/nesting.ts';

const limit = 10;
const many = (text: string) => text.repeat(50);

describe('findDeepNesting', () => {
  it.each([
    ['parentheses', many('(')],
    ['brackets', many('[')],
    ['braces', many('{')],
    ['templates', many('`${')],
    ['arrows', `let f = ${many('a => ')}1`],
    ['arrows in parentheses', `let f = ${'(a => '.repeat(6)}1`],
    ['not', `let f = ${many('!')}1`],
    ['minus', `let f = ${many('- ')}1`],
    ['words', `let f = ${many('typeof\n')}1`],
    ['after a regular expression', `/[(]/.test(x); ${many('(')}`],
    ['after a division', `a / b; ${many('(')} / 1`],
    ['after a string', `"(" + ${many('(')}`],
    ['after a comment', `/* ( */ ${many('(')} // )`],
    ['inside a template', `\`\${${many('(')}\``],
  ])('finds %s', (_, code) => {
    expect(findDeepNesting(code, limit)).toBeDefined();
  });

  it.each([
    ['strings', `"${many('(')}" + '${many('{')}'`],
    ['strings with escapes', `"\\"${many('(')}"; '\\\\'; x`],
    ['templates', `\`${many('(')}\${1}${many('{')}\``],
    ['line comments', `// ${many('(')}\nlet a = 1;`],
    ['block comments', `/* ${many('(')}\n${many('[')} */`],
    ['regular expressions', `x.match(/${many('\\(')}[${many('(')}/]/)`],
    ['regular expressions after return', `return /${many('(')}/`],
    ['quotes in regular expressions', `x.split(/"/); ${many('(1);')}`],
    ['backticks in comments', `// \`\n${many('(1);')} // \``],
    ['brackets side by side', many('[(1)],')],
    ['arrows side by side', many('const f = (a) => a + 1\n')],
    ['arrows in calls', many('x.map((a) => a)\n')],
    ['signs', many('a = -1 + +b - !c;')],
    ['lines of a comment', many('// -----------------------------\n')],
    ['closing brackets only', many(')')],
  ])('does not count %s', (_, code) => {
    expect(findDeepNesting(code, limit)).toBeUndefined();
  });

  it('says where', () => {
    expect(findDeepNesting(`let a;\nlet b = ${'('.repeat(20)}`, limit)).toEqual({ line: 2, column: 19, chain: false });
  });

  it.each([
    ['assignments', `let a; a${'=a'.repeat(3000)};`],
    ['assignments on lines of their own', `let a; a${'\n=\na'.repeat(3000)};`],
    ['compound assignments', `a${'+=a<<=a'.repeat(1500)};`],
    ['powers', `a = ${'a**'.repeat(3000)}a`],
    ['conditionals', `a = ${'a?a:'.repeat(1500)}a`],
    ['labels', 'a:'.repeat(3000)],
    ['members', `a${'.a'.repeat(3000)}`],
    ['a chain in brackets in a chain', `a${'=a'.repeat(800)}=(${'a='.repeat(800)}(${'a='.repeat(800)}1))`],
  ])('finds endless chains of %s', (_, code) => {
    expect(findDeepNesting(code, limit)).toMatchObject({ chain: true });
    expect(findDeepNesting(code.slice(0, code.length / 4), limit)).toBeUndefined();
  });

  it.each([
    ['assignments without semicolons', 'a = b\nc.d = e[0]\nf = g()\n'],
    ['assignments with semicolons', 'a = b;c += d;'],
    ['properties', 'let o = { a: b, c: d ? e : f }\n'],
    ['fields', 'class A {\n  a: number\n  b = 1.5\n  c?: A\n}\n'],
    ['cases', 'switch (a) { case 1: case 2: b = 3\n break\n default: c = d }\n'],
    ['comparisons', 'a == b\n'],
    ['numbers', '0.5 + 1.5 - '],
    ['comparisons in a sum', 'a <= b >= c !== d + '],
    ['calls in a chain, line by line', 'a.b.c(d => e.f)\n.g()\nh.i\n'],
    ['conditionals, line by line', 'a = b ? c : d\n'],
  ])('does not take %s for a chain', (_, code) => {
    expect(findDeepNesting(code.repeat(2000), 1e9)).toBeUndefined();
  });

  it('counts what it should in any mixture', () => {
    const harmless = fc.constantFrom(
      '"("',
      "'{'",
      '`[`',
      '/* ( */',
      '// {\n',
      '/[(]/.x',
      'a / b',
      '(a)',
      '[b]',
      '{ c }',
      `\`\${d}\``,
      'e => 1,',
    );
    fc.assert(
      fc.property(fc.array(harmless, { maxLength: 30 }), fc.integer({ min: 0, max: 20 }), (parts, depth) => {
        const code = `${parts.map((part) => `${part};`).join('\n')}\n;${'('.repeat(depth)}`;
        expect(findDeepNesting(code, limit) !== undefined).toBe(depth > limit);
      }),
    );
  });

  it('ends for any text, in linear time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (code) => void findDeepNesting(code, limit)));
    const pieces = fc.array(fc.constantFrom('`', '${', '}', '/', '*', '"', '\\', '\n', '(', ')', 'a', '=>'), {
      maxLength: 40,
    });
    fc.assert(fc.property(pieces, (parts) => void findDeepNesting(parts.join(''), limit)));
    for (const piece of ['/* ', '`', '"', '/', '`${', '${', '\\', "'", '// ']) {
      findDeepNesting(piece.repeat(250_000 / piece.length), 1e9);
    }
  });
});
