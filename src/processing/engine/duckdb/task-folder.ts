import { linkSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { assert } from '#kit'
import { lastingFolder } from '../lasting.ts'
import type { EngineTask } from '../query-engine.ts'

type Inputs = NonNullable<EngineTask['inputs']>

export function inputFolderOf(folder: string): string {
  return join(folder, 'in')
}

/**
 * Inputs in `lastingFolder` have the same path in each task of a process, since the engine knows a file by its path. Like the others
 * they are there while their task runs.
 */
export function lastingFolderOf(root: string): string {
  return join(root, lastingFolder, 'in')
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

/** The text of a statement with the placeholder of the input folder replaced, as it stands in quoted literals. */
export function withInputs(text: string, root: string, folder: string): string {
  const inside = `{in}/${lastingFolder}/`
  return text
    .replaceAll(inside, inside.replace('{in}', escape(lastingFolderOf(root))))
    .replaceAll('{in}', escape(inputFolderOf(folder)))
}

function escape(path: string): string {
  return path.replaceAll("'", "''")
}

/** A task's inputs, linked. */
export interface LinkedInputs {
  /** Those on another disk, which are linked softly: the engine must be allowed their real paths. */
  readonly allowedFiles: readonly string[]
  readonly sizeBytes: number
}

/**
 * Makes a task's folder with its inputs linked into it: no byte is copied. For the task's own process, which nobody
 * else waits for.
 */
export function makeTaskFolder(root: string, folder: string, inputs: Inputs): LinkedInputs {
  const inputFolder = inputFolderOf(folder)
  mkdirSync(inputFolder, { recursive: true, mode: 0o700 })
  mkdirSync(outputFolderOf(folder), { mode: 0o700 })
  const allowedFiles: string[] = []
  let sizeBytes = 0
  const made = new Set([inputFolder])
  for (const { name, path } of inputs) {
    const target = join(isLasting(name) ? lastingFolderOf(root) : inputFolder, name)
    const parent = dirname(target)
    if (!made.has(parent)) {
      mkdirSync(parent, { recursive: true })
      made.add(parent)
    }
    if (!linkHard(path, target)) {
      symlinkSync(path, target)
      allowedFiles.push(target, path)
    }
    sizeBytes += statSync(target).size
  }
  return { allowedFiles, sizeBytes }
}

/** Nothing of a task stays. */
export function removeTaskFolder(root: string, folder: string): void {
  for (const each of [folder, join(root, lastingFolder)]) {
    rmSync(each, { recursive: true, force: true })
  }
}

export function isLasting(name: string): boolean {
  return name.startsWith(`${lastingFolder}/`)
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
