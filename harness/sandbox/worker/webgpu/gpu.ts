/** What Dawn's library for Node exports. */
interface Dawn {
  create(options: string[]): object;
  globals: Record<string, unknown>;
}

/** Chromium brings a Vulkan that needs no GPU; the loader takes it beside the drivers of the system. */
const SOFTWARE_VULKAN = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Gives the process `navigator.gpu`, from the library at `file`. */
export function connectGpu(file: string): void {
  process.env.VK_ADD_DRIVER_FILES ??= SOFTWARE_VULKAN;
  // Drivers look there for sockets of a display, and complain where it is not set.
  process.env.XDG_RUNTIME_DIR ??= '/tmp';
  const library = { exports: {} as Dawn };
  process.dlopen(library, file);
  const { create, globals } = library.exports;
  Object.assign(globalThis, globals);
  offerGpu(create([]));
}

/** Puts `gpu` where browsers have it: `navigator.gpu`, which tfjs asks for a device. */
export function offerGpu(gpu: object): void {
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}
