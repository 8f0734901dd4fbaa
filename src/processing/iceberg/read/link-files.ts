import { parseLocation } from '#catalog/tables'
import { type LakeError, isLakeError } from '#kit'
import type { Objects } from '#storage/objects'
import { IcebergErrors } from '../errors.ts'
import type { TaskFile } from './task-file.ts'

/** What reading takes from its surroundings. */
export interface LinkParts {
  readonly objects: Objects
  readonly accountId: string
  readonly signal: AbortSignal
  /** Every file, noted before it is opened, so that a failure can name it. */
  readonly files: TaskFile[]
  /** Frees local files when the task is over. */
  readonly held: AsyncDisposableStack
  /** Files that are no objects: their path by their location. */
  readonly local?: ReadonlyMap<string, string>
}

/** A file to be linked: its location in S3, and its name in the task's input folder. */
export interface FileToLink {
  readonly location: string
  readonly name: string
  readonly sizeBytes: number
}

type Place = Pick<TaskFile, 'path' | 'isKept'>

/** Makes files readable for a task, in their order; they stay so until `held` is disposed. Error: `DataFileUnreadable`. */
export async function linkFiles(
  files: readonly FileToLink[],
  parts: LinkParts,
): Promise<readonly TaskFile[]> {
  const { signal } = parts
  const known = new Map(parts.files.map((file) => [file.name, file]))
  const places = files.map(({ name, location }): Place | undefined => {
    const path = parts.local?.get(location)
    return known.get(name) ?? (path === undefined ? undefined : { path, isKept: false })
  })
  const missing = [...files.keys()].filter((at) => places[at] === undefined)
  const lent = await borrow(
    missing.map((at) => files[at]!),
    parts,
  )
  for (const [index, at] of missing.entries()) places[at] = lent[index]!
  signal.throwIfAborted()
  const linked = files.map(({ location, name, sizeBytes }, at) => {
    const { path, isKept = false } = places[at]!
    return { name, path, isKept, uri: location, sizeBytes }
  })
  parts.files.push(...linked)
  return linked
}

async function borrow(
  files: readonly FileToLink[],
  { objects, accountId, held }: LinkParts,
): Promise<readonly Place[]> {
  if (files.length === 0) return []
  const refOf = ({ location }: FileToLink) => ({ accountId, ...parseLocation(location) })
  try {
    const lent = await objects.localFiles(files.map(refOf))
    held.defer(() => lent.release())
    return lent.files
  } catch (error) {
    if (!isNotFound(error)) throw error
    // Which of them is not there?
    for (const file of files) {
      await objects.head(refOf(file)).catch((missing: unknown) => {
        throw isNotFound(missing) ? unreadable(file, missing) : missing
      })
    }
    throw error
  }
}

function isNotFound(error: unknown): error is LakeError {
  return isLakeError(error) && (error as LakeError).kind === 'notFound'
}

function unreadable({ location }: FileToLink, error: LakeError): LakeError {
  const message = `Cannot open ${location}: ${error.message}`
  return IcebergErrors.DataFileUnreadable(message, { file: location }, error)
}
