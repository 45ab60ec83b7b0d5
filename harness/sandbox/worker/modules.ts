import * as path from 'node:path/posix';
import vm from 'node:vm';
import { distance } from 'fastest-levenshtein';
import { adaptCommonJs } from './commonjs.ts';
import { FriendlyError } from './friendly-error.ts';

/** A student's modules, loaded on demand from memory: nothing is read from a disk. */
export interface Modules {
  /**
   * The evaluated module's exports, in a record: one of them may be called `then`, and would make them a promise.
   * Throws what the student's code throws.
   */
  open(name: string): Promise<{ exports: Record<string, unknown> }>;
}

interface Loaded {
  module: vm.SourceTextModule;
  commonJs: boolean;
}

/** Every published flavour of tfjs stands for the harness's own. */
const TFJS =
  /^@tensorflow\/tfjs(-core|-layers|-converter|-data|-node|-node-gpu|-backend-(cpu|wasm|webgl|webgpu))?(\/.*)?$/;

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

export interface Sources {
  modules: { path: string; code: string }[];
  /** Files that do not compile → why, in a sentence. */
  broken: Record<string, string>;
}

export function makeModules({ modules: sources, broken }: Sources, tf: Record<string, unknown>): Modules {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const files = new Map<string, Loaded>();
  const linking = new Map<vm.Module, Promise<void>>();
  let tfModule: vm.SyntheticModule | undefined;

  function tfjs(): vm.SyntheticModule {
    if (tfModule !== undefined) return tfModule;
    const names = [...new Set([...Object.keys(tf), 'default', 'setWasmPaths'])];
    tfModule = new vm.SyntheticModule(names, function setExports() {
      for (const name of names) this.setExport(name, name === 'default' ? tf : tf[name]);
    });
    return tfModule;
  }

  /** The file that a specifier means, as TypeScript projects write them: with or without extension, or a folder. */
  function resolve(specifier: string, importer: string): string {
    const base = path.normalize(path.join(path.dirname(importer), specifier)).replace(/\/$/, '');
    const stem = base.replace(/\.[mc]?[jt]s$/, '');
    const candidates = [base, ...[stem, base].flatMap((name) => EXTENSIONS.map((end) => name + end))];
    candidates.push(...EXTENSIONS.map((end) => path.join(base, `index${end}`)));
    const found = candidates.find((candidate) => byPath.has(candidate) || candidate in broken);
    if (found !== undefined && !byPath.has(found)) {
      throw new FriendlyError(
        `${importer} imports ${found}, which does not compile: ${broken[found]}`,
        'compile-error',
      );
    }
    if (found === undefined) throw new FriendlyError(`${importer} imports '${specifier}', but ${why(base, stem)}.`);
    return found;
  }

  function why(base: string, stem: string): string {
    if (base.startsWith('..')) return 'that lies outside of the submission';
    const nearest = nearestOf(
      stem,
      [...byPath.keys()].map((file) => file.replace(/\.m?[jt]s$/, '')),
    );
    return `no such file was handed in${nearest === undefined ? '' : `; is ${nearest} meant?`}`;
  }

  function link(specifier: string, importer: string): vm.Module {
    if (TFJS.test(specifier)) return tfjs();
    if (/^\.{1,2}(\/|$)/.test(specifier)) return source(resolve(specifier, importer)).module;
    throw new FriendlyError(
      `${importer} imports '${specifier}', which is not available here: only tfjs and the files of the submission can be imported.`,
    );
  }

  /** What `require` gives: everything that can be required was loaded before. */
  function requireFrom(importer: string, specifier: unknown): unknown {
    const module = link(String(specifier), importer);
    if (module === tfModule) return tf;
    const file = module.identifier;
    if (module.status !== 'evaluated' && module.status !== 'evaluating') {
      throw new FriendlyError(`${importer} requires a file under a computed name; write import or require('${file}').`);
    }
    const namespace = module.namespace as Record<string, unknown>;
    return files.get(file)?.commonJs ? namespace.default : namespace;
  }

  async function evaluated(module: vm.Module): Promise<vm.Module> {
    if (module.status === 'unlinked') {
      linking.set(
        module,
        module.link((specifier, referrer) => link(specifier, referrer.identifier)),
      );
    }
    // Also where linking is under way: the same file may be imported twice at once. A failure stays the same failure.
    try {
      await linking.get(module);
    } catch (error) {
      throw withoutName(error);
    }
    await module.evaluate();
    return module;
  }

  /** Says more kindly that a name is not exported. */
  function withoutName(error: unknown): unknown {
    const match = /requested module '(.+)' does not provide an export named '(.+)'/.exec(messageOf(error));
    if (match === null) return error;
    const [from, name] = [match[1]!, match[2]!];
    const nearest = nearestOf(name, TFJS.test(from) ? Object.keys(tf) : []);
    const what = name === 'default' ? 'has no default export' : `exports no ${name}`;
    const hint = nearest === undefined ? '' : ` Is ${nearest} meant?`;
    const place = placeOfImport(name, from);
    const friendly = new FriendlyError(
      `${place?.file ?? 'A file'} imports a name that is not there: '${from}' ${what}.${hint}`,
    );
    if (place !== undefined) friendly.stack = `${place.file}:${place.line}`;
    return friendly;
  }

  /** The engine does not say which file's import failed. */
  function placeOfImport(name: string, from: string): { file: string; line: number } | undefined {
    const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const names = name === 'default' ? '[^;]*' : `[^;]*\\b${quoted(name)}\\b[^;]*`;
    const pattern = new RegExp(`^(?:import|export)\\b${names}from\\s*["']${quoted(from)}["']`, 'm');
    for (const { path: file, code } of sources) {
      const index = pattern.exec(code)?.index;
      if (files.has(file) && index !== undefined) return { file, line: code.slice(0, index).split('\n').length };
    }
    return undefined;
  }

  function source(file: string): Loaded {
    const known = files.get(file);
    if (known !== undefined) return known;
    const { code, commonJs } = adaptCommonJs(byPath.get(file)!.code);
    const module = compiled(file, code);
    const loaded = { module, commonJs };
    files.set(file, loaded);
    return loaded;
  }

  function compiled(file: string, code: string): vm.SourceTextModule {
    try {
      return new vm.SourceTextModule(code, {
        identifier: file,
        initializeImportMeta: (meta) => {
          meta.url = `file:///submission/${file}`;
          (meta as unknown as Record<string, unknown>).require = (name: unknown) => requireFrom(file, name);
        },
        importModuleDynamically: async (specifier) => evaluated(link(specifier, file)),
      });
    } catch (error) {
      // What the compiler lets pass and the engine does not, such as a broken regular expression.
      const friendly = new FriendlyError(`${file} does not compile: ${messageOf(error)}`, 'compile-error');
      friendly.stack = (error as Error).stack ?? '';
      throw friendly;
    }
  }

  return {
    async open(name) {
      const file = EXTENSIONS.map((end) => name + end).find((candidate) => byPath.has(candidate));
      if (file === undefined) throw new FriendlyError(`There is no file ${name}.ts in the submission.`, 'missing');
      const { module, commonJs } = source(file);
      await evaluated(module);
      const namespace = module.namespace as Record<string, unknown>;
      const exported = namespace.default;
      const replaced = commonJs && typeof exported === 'object' && exported !== null;
      return { exports: replaced ? (exported as Record<string, unknown>) : namespace };
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/** The candidate that differs by a typo. */
function nearestOf(name: string, candidates: string[]): string | undefined {
  const scored = candidates.map((candidate) => ({
    candidate,
    typos: distance(name.toLowerCase(), candidate.toLowerCase()),
  }));
  const best = scored.sort((a, b) => a.typos - b.typos)[0];
  return best !== undefined && best.typos <= Math.max(1, Math.floor(name.length / 3)) ? best.candidate : undefined;
}
