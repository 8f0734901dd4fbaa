import { existsSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FunctionErrors } from '../errors.ts'
import type { FunctionSettings } from '../records.ts'
import { runtimeKind } from '../runtimes.ts'
import type { Isolation } from './isolation.ts'
import { pythonBootstrap } from './python-bootstrap.ts'

/** The files that start functions, where every process can read them. */
export interface Bootstraps {
  readonly node: string
  readonly python: string
  /** Packages of the AWS SDK that the server has, for functions that count on those of AWS's runtimes. */
  readonly sdkFolder: string | undefined
}

/** This file's own suffix tells whether sources or the build are running. */
const fromSource = import.meta.url.endsWith('.ts')

export async function writeBootstraps(folder: string): Promise<Bootstraps> {
  const node = join(folder, fromSource ? 'node-function.mts' : 'node-function.mjs')
  const source = fromSource ? './node-function-main.ts' : './node-function-main.js'
  await copyFile(fileURLToPath(new URL(source, import.meta.url)), node)
  const python = join(folder, 'python-function.py')
  await writeFile(python, pythonBootstrap, { mode: 0o644 })
  return { node, python, sdkFolder: findSdkFolder() }
}

/** V8 keeps its heap below what the function may have, so that it collects before the process is ended. */
const heapShare = 0.85

/** Error: `FunctionNotRunnable`. Undefined when the deployment package has nothing to start. */
export function commandOf(
  settings: FunctionSettings,
  isolation: Pick<Isolation, 'python'>,
  bootstraps: Bootstraps,
  folders: { readonly task: string; readonly layers: string },
): readonly string[] | undefined {
  switch (runtimeKind(settings.runtime)) {
    case 'node': {
      const heapMib = Math.floor(settings.memoryMib * heapShare)
      return [process.execPath, `--max-old-space-size=${heapMib}`, bootstraps.node]
    }
    case 'python':
      if (isolation.python === undefined) {
        throw FunctionErrors.FunctionNotRunnable(
          `This machine has no python3 (3.8 or later), which ${settings.runtime} functions run on`,
        )
      }
      return [isolation.python, bootstraps.python]
    default: {
      const paths = [join(folders.task, 'bootstrap'), join(folders.layers, 'bootstrap')]
      const path = paths.find((candidate) => existsSync(candidate))
      return path === undefined ? undefined : [path]
    }
  }
}

function findSdkFolder(): string | undefined {
  try {
    const found = fileURLToPath(import.meta.resolve('@aws-sdk/client-s3'))
    const mark = '/node_modules/'
    return found.slice(0, found.indexOf(mark) + mark.length - 1)
  } catch {
    return undefined
  }
}
