import { link, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { assert } from '#kit'
import type { EngineTask } from '../query-engine.ts'

/** Where a task finds its inputs and spills. Gone when the task is. */
export interface TaskFolder extends AsyncDisposable {
  readonly inputFolder: string
  readonly spillFolder: string
  /** Inputs on another disk: linked softly, so the engine must be allowed their real paths. */
  readonly allowedFiles: readonly string[]
}

/** Makes a task's folder with its inputs linked into it: no byte is copied. */
export async function makeTaskFolder(
  path: string,
  inputs: NonNullable<EngineTask['inputs']>,
): Promise<TaskFolder> {
  const inputFolder = join(path, 'in')
  const spillFolder = join(path, 'spill')
  await mkdir(inputFolder, { recursive: true, mode: 0o700 })
  const allowedFiles: string[] = []
  const made = new Set([inputFolder])
  for (const input of inputs) {
    const target = join(inputFolder, input.name)
    assert(
      !isAbsolute(input.name) && normalize(target).startsWith(`${inputFolder}/`),
      `the input name ${input.name} leaves the folder`,
    )
    const parent = dirname(target)
    if (!made.has(parent)) {
      await mkdir(parent, { recursive: true })
      made.add(parent)
    }
    if (!(await linkHard(input.path, target))) {
      await symlink(input.path, target)
      allowedFiles.push(target, input.path)
    }
  }
  return {
    inputFolder,
    spillFolder,
    allowedFiles,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** False when the file system cannot: another disk, or too many links. */
async function linkHard(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EXDEV' || code === 'EMLINK' || code === 'EPERM' || code === 'ENOTSUP')
      return false
    throw error
  }
}
