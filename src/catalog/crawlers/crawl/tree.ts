import { setImmediate } from 'node:timers/promises'
import type { Objects } from '#storage/objects'
import type { Glob } from '../exclusions.ts'
import type { S3Location } from '../s3-path.ts'

export interface FileInfo {
  readonly bucket: string
  readonly key: string
  readonly sizeBytes: number
  readonly lastModifiedMs: number
  readonly etag: string
}

/** A folder of a bucket, with what lies directly in it. */
export interface Folder {
  /** The key prefix: '' or ends with a slash. */
  readonly path: string
  readonly name: string
  /** Some of the files: the first ones and the last. */
  readonly files: FileInfo[]
  readonly children: Map<string, Folder>
  fileCount: number
  sizeBytes: number
}

/** Files remembered for each folder; all are counted. */
const filesKept = 100
const foldersMax = 500_000
const pageSize = 1_000

/**
 * All folders below a location that hold files. Left out: what an exclusion names, empty objects, and names
 * that begin with `_` or `.`, which Hive's readers pass over too.
 */
export async function readTree(
  objects: Objects,
  accountId: string,
  location: S3Location,
  options: { readonly exclusions: readonly Glob[]; readonly signal: AbortSignal },
): Promise<Folder> {
  const { bucket, prefix } = location
  const root = newFolder(prefix, bucket)
  const count = { folders: 0 }
  let after: string | undefined
  do {
    options.signal.throwIfAborted()
    const page = await objects.list({ accountId, bucket, prefix, after, limit: pageSize })
    for (const { key, sizeBytes, lastModifiedMs, etag } of page.objects) {
      const relative = key.slice(prefix.length)
      if (sizeBytes === 0 || isHidden(relative)) continue
      if (options.exclusions.some((exclusion) => exclusion.test(relative))) continue
      addFile(root, relative, { bucket, key, sizeBytes, lastModifiedMs, etag }, count)
    }
    if (count.folders > foldersMax) throw new Error(`More than ${foldersMax} folders to crawl.`)
    after = page.next
    await setImmediate()
  } while (after !== undefined)
  return root
}

/** The folder with this key prefix, if files lie in it or below. */
export function findFolder(root: Folder, path: string): Folder | undefined {
  if (!path.startsWith(root.path)) return root.path.startsWith(path) ? root : undefined
  let folder: Folder | undefined = root
  for (const name of path.slice(root.path.length).split('/')) {
    if (name === '' || !folder) break
    folder = folder.children.get(name)
  }
  return folder && (folder.fileCount > 0 || folder.children.size > 0) ? folder : undefined
}

/** Every folder that has files directly in it, in the order of their names. */
export function* foldersWithFiles(folder: Folder): Generator<Folder> {
  if (folder.fileCount > 0) yield folder
  for (const child of folder.children.values()) yield* foldersWithFiles(child)
}

function newFolder(path: string, bucket: string): Folder {
  const name = path === '' ? bucket : path.slice(0, -1).split('/').at(-1)!
  return { path, name, files: [], children: new Map(), fileCount: 0, sizeBytes: 0 }
}

function isHidden(relative: string): boolean {
  return relative
    .split('/')
    .some((part) => part.startsWith('_') || part.startsWith('.') || part.endsWith('_$folder$'))
}

function addFile(root: Folder, relative: string, file: FileInfo, count: { folders: number }): void {
  if (relative.endsWith('/')) return
  let folder = root
  for (const name of relative.split('/').slice(0, -1)) {
    let child = folder.children.get(name)
    if (!child) {
      child = newFolder(`${folder.path}${name}/`, file.bucket)
      folder.children.set(name, child)
      count.folders++
    }
    folder = child
  }
  folder.fileCount++
  folder.sizeBytes += file.sizeBytes
  if (folder.files.length < filesKept) folder.files.push(file)
  else folder.files[filesKept - 1] = file
}
