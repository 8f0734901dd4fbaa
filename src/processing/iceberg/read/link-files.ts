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

/** Files opened at one time. */
const concurrency = 16

/** Makes files readable for a task, in their order; they stay so until `held` is disposed. Error: `DataFileUnreadable`. */
export async function linkFiles(
  files: readonly FileToLink[],
  parts: LinkParts,
): Promise<readonly TaskFile[]> {
  const linked: TaskFile[] = Array.from({ length: files.length })
  const known = new Map(parts.files.map(({ name, path }) => [name, path]))
  const queue = files.entries()
  const worker = async () => {
    for (const [at, file] of queue) {
      parts.signal.throwIfAborted()
      linked[at] = await link(file, known.get(file.name), parts)
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, worker))
  parts.files.push(...linked)
  return linked
}

async function link(
  { location, name, sizeBytes }: FileToLink,
  known: string | undefined,
  { objects, accountId, held, local: own }: LinkParts,
): Promise<TaskFile> {
  const path = known ?? own?.get(location)
  if (path !== undefined) return { name, path, uri: location, sizeBytes }
  const ref = { accountId, ...parseLocation(location) }
  try {
    const local = await objects.localFile(ref)
    held.defer(() => local.release())
    return { name, path: local.path, uri: location, sizeBytes }
  } catch (error) {
    if (!isLakeError(error) || (error as LakeError).kind !== 'notFound') throw error
    throw IcebergErrors.DataFileUnreadable(
      `Cannot open ${location}: ${(error as LakeError).message}`,
      { file: location },
      error,
    )
  }
}
