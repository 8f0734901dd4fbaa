import { linkSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { assert } from '#kit'
import type { EngineTask } from '../query-engine.ts'

type Inputs = NonNullable<EngineTask['inputs']>

export function inputFolderOf(folder: string): string {
  return join(folder, 'in')
}

/** For what becomes the task's `outputFile`. */
export function outputFolderOf(folder: string): string {
  return join(folder, 'out')
}

export function spillFolderOf(folder: string): string {
  return join(folder, 'spill')
}

/** Refuses names that would leave the task's folder. */
export function checkInputs(inputs: Inputs): void {
  for (const { name } of inputs) {
    const target = normalize(join('/in', name))
    assert(
      !isAbsolute(name) && target.startsWith('/in/'),
      `the input name ${name} leaves the folder`,
    )
  }
}

/**
 * Makes a task's folder with its inputs linked into it: no byte is copied. For the task's own process, which nobody
 * else waits for. Returns the inputs on another disk, which are linked softly: the engine must be allowed their real paths.
 */
export function makeTaskFolder(folder: string, inputs: Inputs): readonly string[] {
  const inputFolder = inputFolderOf(folder)
  mkdirSync(inputFolder, { recursive: true, mode: 0o700 })
  mkdirSync(outputFolderOf(folder), { mode: 0o700 })
  const allowedFiles: string[] = []
  const made = new Set([inputFolder])
  for (const { name, path } of inputs) {
    const target = join(inputFolder, name)
    const parent = dirname(target)
    if (!made.has(parent)) {
      mkdirSync(parent, { recursive: true })
      made.add(parent)
    }
    if (!linkHard(path, target)) {
      symlinkSync(path, target)
      allowedFiles.push(target, path)
    }
  }
  return allowedFiles
}

/** False when the file system cannot: another disk, or too many links. */
function linkHard(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EXDEV' || code === 'EMLINK' || code === 'EPERM' || code === 'ENOTSUP')
      return false
    throw new Error(`an input of the task cannot be linked (${code})`, { cause: error })
  }
}
