import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A temporary folder that is made when it is first asked for, and goes with the scope that holds it. */
export function workFolder(
  parent: string,
  prefix: string,
): AsyncDisposable & { readonly path: () => Promise<string> } {
  let made: Promise<string> | undefined
  return {
    path: () => (made ??= mkdtemp(join(parent, prefix))),
    [Symbol.asyncDispose]: async () => {
      const path = await made?.catch(() => undefined)
      if (path !== undefined) await rm(path, { recursive: true, force: true })
    },
  }
}
