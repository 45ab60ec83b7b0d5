import * as path from 'node:path/posix';
import * as vm from 'node:vm';
import { FriendlyError } from './friendly-error.ts';

/** A student's modules, loaded on demand from memory: nothing is read from a disk. */
export interface Modules {
  /** The evaluated module's namespace. Throws what the student's code throws. */
  open(name: string): Promise<Record<string, unknown>>;
}

/** Every published flavour of tfjs stands for the harness's own. */
const TFJS =
  /^@tensorflow\/tfjs(-core|-layers|-converter|-data|-node|-node-gpu|-backend-(cpu|wasm|webgl|webgpu))?(\/.*)?$/;

export function makeModules(sources: { path: string; code: string }[], tf: Record<string, unknown>): Modules {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const modules = new Map<string, vm.Module>();
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
    const base = path.normalize(path.join(path.dirname(importer), specifier));
    const stem = base.replace(/\.(m?[jt]s)$/, '');
    const candidates = [base];
    for (const end of ['.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js']) candidates.push(stem + end, base + end);
    const found = candidates.find((candidate) => byPath.has(candidate));
    if (found === undefined) {
      throw new FriendlyError(`${importer} imports '${specifier}', but no such file was handed in.`);
    }
    return found;
  }

  function link(specifier: string, importer: string): vm.Module {
    if (TFJS.test(specifier)) return tfjs();
    if (specifier.startsWith('./') || specifier.startsWith('../')) return source(resolve(specifier, importer));
    throw new FriendlyError(
      `${importer} imports '${specifier}', which is not available here: only tfjs and the files of the submission can be imported.`,
    );
  }

  async function evaluated(module: vm.Module): Promise<vm.Module> {
    if (module.status === 'unlinked') {
      await module.link((specifier, referrer) => link(specifier, referrer.identifier));
    }
    await module.evaluate();
    return module;
  }

  function source(file: string): vm.Module {
    const known = modules.get(file);
    if (known !== undefined) return known;
    const module = new vm.SourceTextModule(byPath.get(file)!.code, {
      identifier: file,
      initializeImportMeta: (meta) => {
        meta.url = `file:///submission/${file}`;
      },
      importModuleDynamically: async (specifier) => evaluated(link(specifier, file)),
    });
    modules.set(file, module);
    return module;
  }

  return {
    async open(name) {
      const file = [`${name}.ts`, `${name}.mts`, `${name}.js`, `${name}.mjs`].find((candidate) =>
        byPath.has(candidate),
      );
      if (file === undefined) throw new FriendlyError(`There is no file ${name}.ts in the submission.`, 'missing');
      const module = await evaluated(source(file));
      return module.namespace as Record<string, unknown>;
    },
  };
}
