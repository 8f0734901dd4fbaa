/** What every module of ours has beside its functions. */
export interface WasmModule {
  readonly memory: {
    /** Another one after each growth. */
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }
}

/** Of Node's own, which its types leave to browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

/**
 * An instance of a module that `npm run wasm` has made, with a memory of its own. `Exports` says what it exports: numbers in and out, addresses
 * among them. A view of its memory is good until the module grows it, which only happens inside of calls that say so.
 */
export function instantiateWasm<Exports extends WasmModule>(base64: string): Exports {
  let module = compiled.get(base64)
  if (!module) {
    module = new WebAssembly.Module(Buffer.from(base64, 'base64'))
    compiled.set(base64, module)
  }
  return new WebAssembly.Instance(module, {}).exports as Exports
}

/** There are few, each compiled when it is first used. */
const compiled = new Map<string, object>()
