import { linkSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { assert } from '#kit'
import { lastingFolder } from '../lasting.ts'
import type { EngineTask } from '../query-engine.ts'
import type { KeptLinks, LinkTotals } from './kept-links.ts'

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
  /** Folders of lasting inputs, which may be kept for the next task that has the same. */
  readonly folders: readonly LinkedFolder[]
}

interface LinkedFolder extends LinkTotals {
  readonly place: string
  /** What is in it: the names of its links, and whereto they lead. */
  readonly contents: string
}

/**
 * Makes a task's folder with its inputs linked into it: no byte is copied. For the task's own process, which nobody
 * else waits for.
 */
export function makeTaskFolder(
  root: string,
  folder: string,
  inputs: Inputs,
  kept: KeptLinks,
): LinkedInputs {
  const inputFolder = inputFolderOf(folder)
  mkdirSync(inputFolder, { recursive: true, mode: 0o700 })
  mkdirSync(outputFolderOf(folder), { mode: 0o700 })
  const allowedFiles: string[] = []
  const made = new Set([inputFolder])
  const makeFolder = (path: string) => {
    if (made.has(path)) return
    mkdirSync(path, { recursive: true })
    made.add(path)
  }
  const linkAll = (files: Inputs, within: string): LinkTotals => {
    let sizeBytes = 0
    for (const { name, path } of files) {
      const target = join(within, name)
      makeFolder(dirname(target))
      if (!linkHard(path, target)) {
        symlinkSync(path, target)
        allowedFiles.push(target, path)
      }
      sizeBytes += statSync(target).size
    }
    return { links: files.length, sizeBytes }
  }
  const folders: LinkedFolder[] = []
  const lastingPlace = lastingFolderOf(root)
  const groups = Map.groupBy(inputs, ({ name }) => folderToKeep(name))
  let { sizeBytes } = linkAll(groups.get(undefined) ?? [], inputFolder)
  for (const [name, files] of groups) {
    if (name === undefined) continue
    const place = join(lastingPlace, name)
    // The path too: who overwrites a file of a table is told so by it.
    const contents = files.map((file) => `${file.name} ${file.path}`).join('\n')
    makeFolder(dirname(place))
    const softly = allowedFiles.length
    const mayStay = files.every((file) => file.isKept)
    const totals = kept.take(contents, place) ?? linkAll(files, lastingPlace)
    sizeBytes += totals.sizeBytes
    if (mayStay && allowedFiles.length === softly) folders.push({ place, contents, ...totals })
  }
  return { allowedFiles, sizeBytes, folders }
}

/** The first folder in that of lasting inputs that a name begins with; undefined for other inputs. */
function folderToKeep(name: string): string | undefined {
  if (!isLasting(name)) return undefined
  const [folder, first = ''] = name.split('/', 2)
  return join(folder!, first)
}

/** Nothing of a task stays but folders of links, out of reach. */
export function removeTaskFolder(
  root: string,
  folder: string,
  folders: LinkedInputs['folders'],
  kept: KeptLinks,
): void {
  for (const { place, contents, ...totals } of folders) kept.put(root, place, contents, totals)
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
