import { isMap, isNode, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { type Problem, RubricError } from './errors.ts';

export type Path = readonly PropertyKey[];

/** A YAML text whose every value can be asked where it stands. */
export interface LocatedYaml {
  value: unknown;
  /** Where the value at `path` begins; where it is absent, the nearest thing around it. */
  locate(path: Path): { line: number; column: number };
  /** Where the key itself stands (`key` in the mapping at `path`). */
  locateKey(path: Path, key: string): { line: number; column: number };
}

/** Throws {@link RubricError} with the position of every syntax error, doubled keys included. */
export function parseLocated(text: string, file: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new RubricError(
      file,
      faults.map((fault) => ({ ...place(fault.pos[0]), message: `${fault.message.replace(/\.$/, '')}.` })),
    );
  }
  const nodeAt = (path: Path): Node | undefined => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) ? node : undefined;
  };
  const locate = (path: Path): { line: number; column: number } => {
    for (let length = path.length; length >= 0; length--) {
      const range = nodeAt(path.slice(0, length))?.range;
      if (range) return place(range[0]);
    }
    return { line: 1, column: 1 };
  };
  const locateKey = (path: Path, key: string): { line: number; column: number } => {
    const map = nodeAt(path);
    const pair = isMap(map) ? map.items.find((item) => String(item.key) === key) : undefined;
    const range = pair && isNode(pair.key) ? pair.key.range : undefined;
    return range ? place(range[0]) : locate(path);
  };
  const dangling: Problem[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      dangling.push({
        ...place(alias.range?.[0] ?? 0),
        message: `nothing is named &${alias.source} before this place.`,
      });
    },
  });
  if (dangling.length > 0) throw new RubricError(file, dangling);
  return { value: toValue(() => document.toJS({ maxAliasCount: 20 }), file), locate, locateKey };
}

/** A few aliases are of use in a rubric; many within each other are a way to fill the memory. */
function toValue(unfold: () => unknown, file: string): unknown {
  try {
    return unfold();
  } catch (error) {
    throw new RubricError(file, [{ line: 1, column: 1, message: `too many aliases (${String(error)}).` }]);
  }
}
